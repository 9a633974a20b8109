package io.leek.spring;

import io.leek.server.LeekServer;
import io.leek.server.QueuesProperties;
import io.leek.server.RetentionProperties;
import io.leek.server.ServerProperties;
import io.leek.spring.LeekProperties.Mode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The server inside the application. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(LeekServer.class)
@ConditionalOnLeekMode(Mode.IN_APP)
@EnableConfigurationProperties({ServerProperties.class, RetentionProperties.class, QueuesProperties.class})
class InAppConfiguration {

    @Bean(destroyMethod = "close")
    InAppServer leekInAppServer(
            LeekProperties properties,
            ServerProperties server,
            RetentionProperties retention,
            QueuesProperties queues,
            ConfigurableListableBeanFactory beanFactory,
            Environment environment) {
        return new InAppServer(properties, server, retention, queues, beanFactory, environment);
    }

    @Bean
    ServerLocation leekServerLocation(InAppServer server) {
        return server.location();
    }
}
