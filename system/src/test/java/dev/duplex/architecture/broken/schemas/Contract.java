package dev.duplex.architecture.broken.schemas;

import dev.duplex.architecture.broken.config.Settings;
import java.nio.file.Path;

/** Does I/O, and knows the settings. */
public record Contract(Path file, Settings settings) {}
