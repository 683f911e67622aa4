/**
 * The simulation: the real relay, spool, applier and judge, one step after the other in one thread
 * and under one seed, against a primary, a secondary, a Kafka, disks and clocks that fail as the
 * real ones do. A seed replays to the letter.
 */
package dev.duplex.simulation;
