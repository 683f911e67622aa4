package dev.duplex.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Followers that are closed together, the last one first. Owned by one thread. */
final class Resources implements AutoCloseable {
  private final Deque<Follower> followers = new ArrayDeque<>();

  Follower add(Follower follower) {
    followers.push(follower);
    return follower;
  }

  /** Closes all, whatever happens with one of them; throws the first failure with the others. */
  @Override
  public void close() throws IOException, SQLException, InterruptedException {
    Follower follower = followers.poll();
    if (follower != null) {
      try (Resources others = this) {
        follower.close();
      }
    }
  }
}
