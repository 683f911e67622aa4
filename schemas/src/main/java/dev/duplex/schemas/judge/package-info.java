/**
 * The one judge of a link's state: a pure function of what is known, for {@code duplex status}, the
 * monitor and its page, and the library.
 */
package dev.duplex.schemas.judge;
