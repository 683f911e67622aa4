package dev.duplex.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** What a constructor itself calls; what those calls do is not looked into. */
final class Calls extends ArchCondition<JavaConstructor> {
  private final DescribedPredicate<JavaAccess<?>> call;

  Calls(DescribedPredicate<JavaAccess<?>> call) {
    super(call.getDescription());
    this.call = call;
  }

  @Override
  public void check(JavaConstructor constructor, ConditionEvents events) {
    for (JavaAccess<?> access : constructor.getAccessesFromSelf()) {
      events.add(new SimpleConditionEvent(constructor, call.test(access), access.getDescription()));
    }
  }
}
