package io.leek.spring.tx;

import io.leek.spring.pets.Pet;
import jakarta.persistence.EntityManager;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class H2JpaTransactionTest extends KeyTransactionContract {

    @Override
    Map<String, Object> settings(Path folder) {
        return Map.of(
                "spring.datasource.url",
                "jdbc:h2:file:" + folder.resolve("application"),
                "spring.jpa.hibernate.ddl-auto",
                "update");
    }

    @Override
    Class<?> configuration() {
        return Jpa.class;
    }

    /** Persisted, which is not yet written. */
    @Override
    void write(ConfigurableApplicationContext context, long id) {
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                .executeWithoutResult(
                        status -> context.getBean(EntityManager.class).persist(new Pet(id)));
    }

    @Override
    String written() {
        return "pet";
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage(basePackageClasses = Pet.class)
    @ImportAutoConfiguration(HibernateJpaAutoConfiguration.class)
    static class Jpa {}
}
