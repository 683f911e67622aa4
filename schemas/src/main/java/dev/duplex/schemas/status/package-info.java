/** The status topic: incidents from divergence to recovery, written and read. */
package dev.duplex.schemas.status;
