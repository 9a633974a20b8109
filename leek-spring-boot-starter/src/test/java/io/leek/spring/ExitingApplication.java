package io.leek.spring;

import io.leek.Leek;
import io.leek.LeekTask;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A task of this application ends its process, each time that it runs. */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration(LeekAutoConfiguration.class)
class ExitingApplication {

    static final int EXIT_CODE = 7;

    /** Arguments: the data folder, and the key under which the task is offloaded once. */
    public static void main(String[] args) {
        ConfigurableApplicationContext context = start(args[0]);
        if (args.length > 1) {
            context.getBean(Leek.class).with().key(args[1]).offload(Exit.class, Exit::now);
        }
    }

    static ConfigurableApplicationContext start(String folder) {
        return new SpringApplicationBuilder(ExitingApplication.class)
                .properties(
                        "leek.server.data-dir=" + folder,
                        "leek.client.timeout=1m",
                        "spring.main.web-application-type=none")
                .run();
    }

    @Bean
    Exit exit() {
        return new Exit();
    }

    static class Exit {

        @LeekTask
        public void now() {
            System.exit(EXIT_CODE);
        }
    }
}
