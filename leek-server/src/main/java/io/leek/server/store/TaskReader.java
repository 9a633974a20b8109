package io.leek.server.store;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.MappingSettings;
import org.hibernate.cfg.SchemaToolingSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.support.JpaRepositoryFactory;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;

/**
 * The JPA side of the store. Queueing and running tasks need none of it, so it is built in the background, once whoever
 * opened the store has had time to start; who looks something up before waits for it. No bean, so that no application's
 * JPA meets it.
 */
final class TaskReader implements AutoCloseable {

    /** The processors are needed for other things while an application starts. */
    private static final long HEAD_START_SECONDS = 2;

    private final StoreDatabase database;
    private final CompletableFuture<TaskFinder> finder = new CompletableFuture<>();
    private final CountDownLatch wanted = new CountDownLatch(1);
    private volatile boolean closed;
    private @Nullable LocalContainerEntityManagerFactoryBean factory;

    TaskReader(StoreDatabase database) {
        this.database = database;
        Thread builder = new Thread(this::build, "leek-jpa");
        builder.setDaemon(true);
        builder.start();
    }

    private static LocalContainerEntityManagerFactoryBean factory(StoreDatabase database) {
        LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
        factory.setPersistenceUnitName("leek");
        factory.setDataSource(database.dataSource());
        factory.setManagedTypes(PersistenceManagedTypes.of(
                FinishedTaskEntity.class.getName(),
                QueuedTaskEntity.class.getName(),
                LeaseEntity.class.getName(),
                SuccessTaskEntity.class.getName(),
                FailedTaskEntity.class.getName()));
        // An application's persistence.xml and orm.xml on the same classpath are not for this one.
        factory.setPersistenceXmlLocation("classpath*:META-INF/leek-has-no-persistence.xml");
        factory.setMappingResources();
        factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
        factory.setJpaPropertyMap(properties(database));
        return factory;
    }

    /** Naming the database spares Hibernate a look at it, and a warning that a dialect need not be named. */
    private static Map<String, Object> properties(StoreDatabase database) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(JdbcSettings.JAKARTA_HBM2DDL_DB_NAME, database.product().name());
        properties.put(
                JdbcSettings.JAKARTA_HBM2DDL_DB_MAJOR_VERSION,
                database.product().major());
        properties.put(
                JdbcSettings.JAKARTA_HBM2DDL_DB_MINOR_VERSION,
                database.product().minor());
        properties.put(JdbcSettings.ALLOW_METADATA_ON_BOOT, false);
        properties.put(MappingSettings.DEFAULT_SCHEMA, database.schema().quoted());
        properties.put(SchemaToolingSettings.HBM2DDL_AUTO, "none");
        properties.put("jakarta.persistence.validation.mode", "none");
        return properties;
    }

    private void build() {
        try {
            wanted.await(HEAD_START_SECONDS, TimeUnit.SECONDS);
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            LocalContainerEntityManagerFactoryBean made = factory(database);
            factory = made;
            made.afterPropertiesSet();
            EntityManagerFactory entityManagers = Objects.requireNonNull(made.getObject());
            EntityManager shared = SharedEntityManagerCreator.createSharedEntityManager(entityManagers);
            JpaRepositoryFactory repositories = new JpaRepositoryFactory(shared);
            finder.complete(new TaskFinder(
                    repositories.getRepository(QueuedTasks.class),
                    repositories.getRepository(SuccessTasks.class),
                    repositories.getRepository(FailedTasks.class)));
        } catch (Throwable e) {
            // Whoever looks something up gets it.
            finder.completeExceptionally(e);
        }
    }

    TaskFinder finder() {
        wanted.countDown();
        return finder.join();
    }

    @Override
    public void close() {
        closed = true;
        wanted.countDown();
        finder.handle((built, failure) -> {
                    if (factory != null) {
                        factory.destroy();
                    }
                    return built;
                })
                .join();
    }
}
