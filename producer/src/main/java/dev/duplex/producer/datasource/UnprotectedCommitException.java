package dev.duplex.producer.datasource;

import java.sql.SQLException;

/**
 * With {@code commit.on-divergence: throw}: a commit did not reach the level it was to reach. The
 * transaction <b>is</b> committed on the primary: doing it again would do it twice. So that no
 * framework does, the SQLState is in a class that means nothing to them.
 */
public final class UnprotectedCommitException extends SQLException {
  private static final long serialVersionUID = 1;

  /** SQLState of the exception; not in the classes 08, 40 and 57, which are retried. */
  public static final String SQL_STATE = "UD001";

  private final transient CommitReceipt receipt;

  UnprotectedCommitException(CommitReceipt receipt) {
    super(receipt.warning() + "; do not repeat it", SQL_STATE);
    this.receipt = receipt;
  }

  /** The receipt of that commit; not kept when the exception is serialised. */
  public CommitReceipt receipt() {
    return receipt;
  }
}
