/** Changes as readers see them: by position, without an object for each value. */
package dev.duplex.schemas.change;
