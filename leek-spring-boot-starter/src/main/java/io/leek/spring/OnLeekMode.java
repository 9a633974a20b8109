package io.leek.spring;

import io.leek.spring.LeekProperties.Mode;
import io.leek.spring.LeekProperties.Role;
import java.util.Arrays;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** Which way Leek runs in this application. */
class OnLeekMode extends SpringBootCondition {

    static final String SERVER = "io.leek.server.LeekServer";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Mode[] wanted =
                metadata.getAnnotations().get(ConditionalOnLeekMode.class).getEnumArray("value", Mode.class);
        Mode mode = modeOf(context);
        return new ConditionOutcome(
                Arrays.asList(wanted).contains(mode),
                ConditionMessage.forCondition(ConditionalOnLeekMode.class).because("leek.mode is " + mode));
    }

    static Mode modeOf(ConditionContext context) {
        Binder binder = Binder.get(context.getEnvironment());
        Mode mode = binder.bind("leek.mode", Mode.class).orElse(null);
        if (mode != null) {
            return mode;
        }
        boolean isWorker = binder.bind("leek.role", Role.class).orElse(Role.APPLICATION) == Role.WORKER;
        return isWorker || !ClassUtils.isPresent(SERVER, context.getClassLoader()) ? Mode.REMOTE : Mode.IN_APP;
    }
}
