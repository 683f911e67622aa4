package dev.duplex.kafka.registry;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Confluent's registry in memory, which fails on demand. */
final class FailingRegistry extends MockSchemaRegistryClient {
  private @Nullable IOException unreachable;
  private @Nullable RestClientException answer;

  void failWith(IOException failure) {
    unreachable = failure;
  }

  void answerWith(int status, int errorCode) {
    answer = new RestClientException("told to fail\nfor the test", status, errorCode);
  }

  private void failIfTold() throws IOException, RestClientException {
    if (unreachable != null) {
      throw unreachable;
    }
    if (answer != null) {
      throw answer;
    }
  }

  @Override
  public Collection<String> getAllSubjectsByPrefix(String prefix)
      throws IOException, RestClientException {
    failIfTold();
    return super.getAllSubjectsByPrefix(prefix);
  }

  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    failIfTold();
    return super.getSchemaById(id);
  }
}
