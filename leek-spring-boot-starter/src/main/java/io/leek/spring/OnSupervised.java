package io.leek.spring;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether the companion has started this process; it says so in the environment. */
class OnSupervised extends SpringBootCondition {

    static final String SUPERVISED = "LEEK_SUPERVISED";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        boolean supervised = Boolean.parseBoolean(context.getEnvironment().getProperty(SUPERVISED, "false"));
        return new ConditionOutcome(
                supervised, ConditionMessage.forCondition("Leek supervisor").because(SUPERVISED + "=" + supervised));
    }
}
