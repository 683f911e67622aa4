/** Takes a link away: what its set-up made, and what it left. */
package dev.duplex.admin.remove;
