package dev.duplex.status.monitor;

import java.time.Duration;

/**
 * Whether what a monitor says is true now.
 *
 * @param current Kafka answers, and everything that it has was read
 * @param age of the newest thing that was read from Kafka; zero while current
 * @param detail why it is not current, in one line; empty if it is
 */
public record Freshness(boolean current, Duration age, String detail) {}
