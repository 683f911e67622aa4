/** Brokers and a registry in memory, which fail as the real ones do, when they are told to. */
package dev.duplex.simulation.kafka;
