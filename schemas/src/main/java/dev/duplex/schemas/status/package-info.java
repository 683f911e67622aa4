/** Status events without I/O: observations, incidents, when what was applied. */
package dev.duplex.schemas.status;
