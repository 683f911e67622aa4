/** What a producer or consumer tells of itself to whoever asks it directly. */
package dev.duplex.status.service;
