/**
 * Control records: records on {@code <link>.changes} that are no row, at their place in the chain.
 * A new kind is a constant of {@link dev.duplex.schemas.control.ControlKind}.
 */
package dev.duplex.schemas.control;
