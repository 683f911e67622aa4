package dev.duplex.producer.relay;

import dev.duplex.database.source.Claim;
import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.Moment;
import dev.duplex.database.source.SessionLog;
import dev.duplex.database.source.Slot;
import dev.duplex.database.source.SlotUnavailableException;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.database.source.SourceIdentity;
import dev.duplex.database.source.SourceSnapshot;
import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A primary in memory whose link's row and slot a test sets as it likes. */
final class FakePrimary implements SourceDatabase, SourceControl {
  static final int OWN_SESSION = 77;

  Claim claim = new Claim(3, 3, null, null, 0, null, null);
  @Nullable Slot slot = new Slot(1_000, 0);
  @Nullable String reply = "1";
  final Set<String> connected = new HashSet<>();
  int terminated;
  boolean refusesTheSlot;

  @Override
  public SourceControl openControl(Instance instance) {
    return this;
  }

  @Override
  public LogReader openLog() throws SlotUnavailableException {
    if (refusesTheSlot) {
      throw new SlotUnavailableException(new SQLException("is active", "55006"));
    }
    slot = new Slot(slot().confirmed(), OWN_SESSION);
    return new EmptyLog();
  }

  @Override
  public SourceSnapshot openSnapshot(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionLog sessionLog(Connection session) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Moment now() {
    return new Moment(5, 1_000_000);
  }

  @Override
  public Slot slot() {
    Slot known = slot;
    if (known == null) {
      throw new HaltException(Reason.CAPTURE_LOST, "the slot is gone");
    }
    return known;
  }

  @Override
  public @Nullable String lastReply(int reader) {
    return reply;
  }

  @Override
  public void terminate(int reader) {
    terminated = reader;
  }

  @Override
  public boolean isConnected(String instance, Duration lately) {
    return connected.contains(instance);
  }

  @Override
  public List<TableId> unpublished() {
    return List.of();
  }

  @Override
  public Claim claim() {
    return claim;
  }

  @Override
  public Claim takeClaim(Instance holder) {
    claim =
        new Claim(
            claim.epoch() + 1,
            claim.checkedEpoch(),
            holder.name(),
            claim.copyId(),
            claim.passed(),
            claim.spool(),
            claim.lost());
    return claim;
  }

  @Override
  public void markChecked(Instance holder, long epoch) {
    requireHolder(holder, epoch);
    claim =
        new Claim(
            epoch,
            epoch,
            claim.instance(),
            claim.copyId(),
            claim.passed(),
            claim.spool(),
            claim.lost());
  }

  @Override
  public void markPassed(Instance holder, long epoch, long position) {
    requireHolder(holder, epoch);
  }

  @Override
  public void registerSpool(Instance holder, long epoch, Claim.SpoolEntry entry) {
    requireHolder(holder, epoch);
    spool(entry);
  }

  @Override
  public void clearSpool(Instance holder, long epoch) {
    requireHolder(holder, epoch);
    spool(null);
  }

  @Override
  public boolean adoptSpool(Instance holder, String spoolId, Claim.SpoolEntry entry) {
    throw new UnsupportedOperationException();
  }

  @Override
  public OptionalLong abandonSpool(String spoolId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}

  /** Who has the link. */
  void heldBy(@Nullable String instance) {
    claim = new Claim(claim.epoch(), claim.checkedEpoch(), instance, null, 0, claim.spool(), null);
  }

  void copying(String copyId) {
    claim = new Claim(claim.epoch(), claim.checkedEpoch(), null, copyId, 0, null, null);
  }

  void spool(Claim.@Nullable SpoolEntry entry) {
    claim =
        new Claim(
            claim.epoch(),
            claim.checkedEpoch(),
            claim.instance(),
            claim.copyId(),
            claim.passed(),
            entry,
            claim.lost());
  }

  void lost(long first, long last) {
    claim =
        new Claim(
            claim.epoch(),
            claim.checkedEpoch(),
            null,
            null,
            0,
            null,
            new Claim.LostRange(first, last));
  }

  private void requireHolder(Instance holder, long epoch) {
    if (epoch != claim.epoch() || !holder.name().equals(claim.instance())) {
      throw new FencedException("another one has the link");
    }
  }

  private static final class EmptyLog implements LogReader {
    @Override
    public SourceIdentity identity() {
      return new SourceIdentity(Changes.PRIMARY, "bankdb");
    }

    @Override
    public int session() {
      return OWN_SESSION;
    }

    @Override
    public boolean poll(LogListener listener) {
      return false;
    }

    @Override
    public long received() {
      return 0;
    }

    @Override
    public void sendStatus() {}

    @Override
    public void confirm(long position) {}

    @Override
    public void close() {}
  }
}
