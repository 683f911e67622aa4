/** What a producer or consumer says of itself to whoever asks it directly. */
package dev.duplex.status.service;
