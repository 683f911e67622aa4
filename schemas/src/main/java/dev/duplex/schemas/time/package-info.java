/** Time, and the loops that go on in it: what a test or the simulation can stand in for. */
package dev.duplex.schemas.time;
