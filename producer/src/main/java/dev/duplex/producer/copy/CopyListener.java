package dev.duplex.producer.copy;

import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.avro.Progress;
import java.sql.SQLException;

/** Is told how a copy goes, on the copy's thread. */
public interface CopyListener {
  /**
   * The begin of the copy is on the topic: the secondary's place must be set to it now.
   *
   * @param beginOffset where it lies on the changes topic
   * @param head the relay's head at that point
   */
  void begun(String copyId, LinkStart start, long beginOffset, Progress head) throws SQLException;

  /**
   * Rows were sent.
   *
   * @param rows so far
   * @param estimated about how many there are altogether; 0 if unknown
   */
  void sent(long rows, long estimated);
}
