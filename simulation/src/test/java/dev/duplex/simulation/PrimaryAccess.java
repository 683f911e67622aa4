package dev.duplex.simulation;

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
import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The primary as one process reaches it. */
final class PrimaryAccess implements SourceDatabase {
  private static final Duration IDLE = Duration.ofMillis(25);

  private final SimulatedPrimary primary;
  private final SimulatedProcess process;
  private final Network network;
  private final Map<SimulatedProcess, SimulatedPrimary.Session> readers = new HashMap<>();

  PrimaryAccess(SimulatedPrimary primary, SimulatedProcess process, Network network) {
    this.primary = primary;
    this.process = process;
    this.network = network;
  }

  private void call(String what, SimulatedPrimary.Session session) throws SQLException {
    process.call(what);
    network.toPrimary(process, what);
    if (primary.down || session.ended) {
      throw away();
    }
    session.usedNanos = primary.simulator.nanos();
  }

  private static SQLException away() {
    return new SQLException("the connection is broken", "08006");
  }

  private SimulatedPrimary.Session connect(String what, @Nullable String instance)
      throws SQLException {
    process.call(what);
    network.toPrimary(process, what);
    if (primary.down) {
      throw new SQLException("connection refused", "08001");
    }
    return primary.connect(process, instance);
  }

  @Override
  public SourceControl openControl(Instance instance) throws SQLException {
    return new Control(connect("open control", instance.name()));
  }

  @Override
  public LogReader openLog() throws SQLException {
    SimulatedPrimary.Session session = connect("open log", null);
    if (!primary.hasSlot) {
      primary.terminate(session.pid);
      throw new SlotUnavailableException(new SQLException("no such slot", "42704"));
    }
    if (primary.reader != null && primary.simulator.plant != Plant.TWO_WRITERS) {
      primary.terminate(session.pid);
      throw new SlotUnavailableException(new SQLException("slot is active", "55006"));
    }
    primary.reader = session;
    readers.put(process, session);
    return new Reader(session);
  }

  @Override
  public SourceSnapshot openSnapshot(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionLog sessionLog(Connection session) {
    throw new UnsupportedOperationException();
  }

  /** An ordinary session. */
  private final class Control implements SourceControl {
    private final SimulatedPrimary.Session session;

    Control(SimulatedPrimary.Session session) {
      this.session = session;
    }

    @Override
    public Moment now() throws SQLException {
      call("ask for the log's end", session);
      return new Moment(primary.machine.micros(), primary.end);
    }

    @Override
    public Slot slot() throws SQLException {
      call("ask for the slot", session);
      if (!primary.hasSlot || primary.slotLost) {
        throw new HaltException(Reason.CAPTURE_LOST, "the slot is gone");
      }
      if (primary.simulator.plant == Plant.TWO_WRITERS) {
        SimulatedPrimary.Session own = readers.get(process);
        return new Slot(primary.confirmed, own == null || own.ended ? 0 : own.pid);
      }
      return new Slot(primary.confirmed, primary.reader == null ? 0 : primary.reader.pid);
    }

    @Override
    public @Nullable String lastReply(int reader) throws SQLException {
      call("ask for the reader's last reply", session);
      SimulatedPrimary.Session other = primary.sessions.get(reader);
      return other == null ? null : other.reply;
    }

    @Override
    public void terminate(int reader) throws SQLException {
      call("terminate " + reader, session);
      primary.terminate(reader);
    }

    @Override
    public boolean isConnected(String instance, Duration lately) throws SQLException {
      call("ask for " + instance, session);
      long since = primary.simulator.nanos() - lately.toNanos();
      return primary.sessions.values().stream()
          .anyMatch(other -> instance.equals(other.instance) && other.usedNanos > since);
    }

    @Override
    public List<TableId> unpublished() throws SQLException {
      call("ask for tables", session);
      return List.of();
    }

    @Override
    public Claim claim() throws SQLException {
      call("read the claim", session);
      Claim claim = known();
      return primary.simulator.plant == Plant.SPOOL_OF_ANOTHER_IGNORED && claim.spool() != null
          ? withSpool(claim, null)
          : claim;
    }

    private Claim known() {
      Claim claim = primary.claim;
      if (claim == null) {
        throw new SetupException("the primary does not know the link: run 'duplex init' first");
      }
      return claim;
    }

    @Override
    public Claim takeClaim(Instance holder) throws SQLException {
      call("take the claim", session);
      Claim was = known();
      Claim now =
          new Claim(
              was.epoch() + 1,
              was.checkedEpoch(),
              holder.name(),
              was.copyId(),
              was.passed(),
              was.spool(),
              was.lost());
      primary.claim = now;
      answer();
      return now;
    }

    private void answer() throws SQLException {
      // What was asked for is done; whether the one who asked hears so is another question.
      process.call("answer");
      network.fromPrimary(process);
    }

    private Claim held(Instance holder, long epoch) {
      Claim claim = known();
      if (primary.simulator.plant == Plant.TWO_WRITERS) {
        return claim;
      }
      if (claim.epoch() != epoch
          || !holder.name().equals(claim.instance())
          || claim.copyId() != null) {
        throw new FencedException("another producer took over");
      }
      return claim;
    }

    private void put(Claim claim) throws SQLException {
      primary.claim = claim;
      answer();
    }

    @Override
    public void markChecked(Instance holder, long epoch) throws SQLException {
      call("mark checked", session);
      Claim was = held(holder, epoch);
      put(
          new Claim(
              epoch, epoch, was.instance(), was.copyId(), was.passed(), was.spool(), was.lost()));
    }

    @Override
    public void markPassed(Instance holder, long epoch, long position) throws SQLException {
      call("mark passed", session);
      Claim was = held(holder, epoch);
      put(
          new Claim(
              epoch,
              was.checkedEpoch(),
              was.instance(),
              was.copyId(),
              position,
              was.spool(),
              was.lost()));
    }

    @Override
    public void registerSpool(Instance holder, long epoch, Claim.SpoolEntry entry)
        throws SQLException {
      call("register spool", session);
      spool(holder, epoch, entry);
    }

    @Override
    public void clearSpool(Instance holder, long epoch) throws SQLException {
      call("clear spool", session);
      spool(holder, epoch, null);
    }

    private void spool(Instance holder, long epoch, Claim.@Nullable SpoolEntry entry)
        throws SQLException {
      Claim was = held(holder, epoch);
      if (entry == null || primary.simulator.plant != Plant.SPOOL_NOT_REGISTERED) {
        put(withSpool(was, entry));
      }
    }

    private static Claim withSpool(Claim was, Claim.@Nullable SpoolEntry entry) {
      return new Claim(
          was.epoch(),
          was.checkedEpoch(),
          was.instance(),
          was.copyId(),
          was.passed(),
          entry,
          was.lost());
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
    public void close() {
      primary.terminate(session.pid);
    }
  }

  /** The session that has the slot. */
  private final class Reader implements LogReader {
    private final SimulatedPrimary.Session session;
    private final SourceIdentity identity = new SourceIdentity(primary.identity, "bank");
    private final Map<TableId, TableListener> tables = new HashMap<>();
    private int next;
    private int nextChange = -1;
    private long received;
    private long toConfirm;

    Reader(SimulatedPrimary.Session session) {
      this.session = session;
      this.next = primary.firstFrom(primary.confirmed);
      if (primary.simulator.plant == Plant.TRANSACTION_SKIPPED && next < primary.log.size()) {
        next++;
      }
      this.received = primary.confirmed;
    }

    @Override
    public SourceIdentity identity() {
      return identity;
    }

    @Override
    public int session() {
      return session.pid;
    }

    @Override
    public boolean poll(LogListener listener) throws SQLException {
      call("read the log", session);
      sendStatus();
      if (next >= primary.log.size()) {
        received = primary.end;
        if (primary.simulator.plant == Plant.SLOT_CONFIRMED_BY_KEEPALIVE) {
          primary.confirm(received);
        }
        primary.simulator.rest(IDLE.toNanos());
        return false;
      }
      SimulatedPrimary.Committed transaction = primary.log.get(next);
      if (nextChange < 0) {
        listener.begin(transaction.id(), transaction.position(), transaction.micros());
        nextChange = 0;
      } else if (nextChange < transaction.changes().size()) {
        Row.Change change = transaction.changes().get(nextChange++);
        TableListener table =
            tables.computeIfAbsent(change.table(), id -> listener.table(Row.shape(id)));
        switch (change.operation()) {
          case TRUNCATE -> table.change(change.operation(), null, null);
          case DELETE -> table.change(change.operation(), change.row(), null);
          default -> table.change(change.operation(), null, change.row());
        }
      } else {
        listener.commit(transaction.position(), transaction.end());
        received = transaction.end();
        if (primary.simulator.plant == Plant.SLOT_CONFIRMED_WHEN_READ) {
          primary.confirm(received);
        }
        next++;
        nextChange = -1;
      }
      return true;
    }

    @Override
    public long received() {
      return received;
    }

    @Override
    public void sendStatus() throws SQLException {
      call("send status", session);
      session.reply = Long.toString(primary.simulator.nanos());
      primary.confirm(toConfirm);
    }

    @Override
    public void confirm(long position) {
      process.call("confirm " + position);
      toConfirm = Math.max(toConfirm, position);
    }

    @Override
    public void close() {
      primary.terminate(session.pid);
    }
  }
}
