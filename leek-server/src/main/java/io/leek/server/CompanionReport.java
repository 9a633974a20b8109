package io.leek.server;

import io.leek.log.SettingsLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.Environment;

/** Says once the companion is up what it promises and what is set. */
class CompanionReport implements ApplicationListener<ContextRefreshedEvent> {

    private static final Logger log = LoggerFactory.getLogger(LeekServer.class);

    private final Environment environment;

    CompanionReport(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        log.info(
                "Leek runs as a process of its own. A push is durable once it is answered; a task runs at least once, or"
                        + " ends as failed with a reason");
        SettingsLine.say(EnvironmentSettings.of(environment), getClass().getClassLoader(), log);
    }
}
