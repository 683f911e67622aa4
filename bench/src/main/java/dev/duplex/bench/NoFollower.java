package dev.duplex.bench;

/** The primary alone. */
final class NoFollower implements Follower {
  @Override
  public Contender contender() {
    return Contender.NONE;
  }

  @Override
  public String database() {
    throw new UnsupportedOperationException("nobody follows");
  }

  @Override
  public void create() {}

  @Override
  public void awaitQuiet() {}

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public void requireAlive() {}

  @Override
  public void close() {}
}
