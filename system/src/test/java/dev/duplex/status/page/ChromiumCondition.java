package dev.duplex.status.page;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Says once for all tests of the page that they do not run. */
final class ChromiumCondition implements ExecutionCondition {
  private static final String MISSING =
      "The tests of the dashboard page did not run: chromium and chromedriver are not on the PATH"
          + " (Debian: apt-get install chromium chromium-driver).";
  private static final AtomicBoolean SAID = new AtomicBoolean();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Browser.isInstalled()) {
      return ConditionEvaluationResult.enabled("Chromium is installed");
    }
    if (SAID.compareAndSet(false, true)) {
      System.out.println(MISSING);
    }
    return ConditionEvaluationResult.disabled(MISSING);
  }
}
