package dev.duplex.producer.datasource;

import java.sql.SQLWarning;

/**
 * Says that a commit did not reach the level it was to reach. The transaction <b>is</b> committed
 * on the primary, and reaches the secondary as soon as the link works again.
 */
public final class DivergenceWarning extends SQLWarning {
  private static final long serialVersionUID = 1;

  /** SQLState of the warning. */
  public static final String SQL_STATE = "01U01";

  private final transient CommitReceipt receipt;

  DivergenceWarning(CommitReceipt receipt) {
    super(receipt.warning(), SQL_STATE);
    this.receipt = receipt;
  }

  /** The receipt of that commit; not kept when the warning is serialised. */
  public CommitReceipt receipt() {
    return receipt;
  }
}
