package io.leek.spring;

import io.leek.spring.LeekProperties.Mode;
import io.leek.spring.LeekProperties.Role;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether this process runs tasks: as {@code leek.worker.enabled} says, else in mode in-app and in role worker. */
class OnWorker extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Binder binder = Binder.get(context.getEnvironment());
        boolean byDefault = OnLeekMode.modeOf(context) == Mode.IN_APP
                || binder.bind("leek.role", Role.class).orElse(Role.APPLICATION) == Role.WORKER;
        boolean enabled = binder.bind("leek.worker.enabled", Boolean.class).orElse(byDefault);
        return new ConditionOutcome(
                enabled, ConditionMessage.forCondition("Leek worker").because(enabled ? "enabled" : "not enabled"));
    }
}
