package io.leek.server.store;

import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Opens the store that a {@link StoreSettings} bean describes, as a {@link TaskStore} bean; a {@link Clock} bean must be
 * there too. Opening fails with a {@link StoreException}. Closing the context closes the store.
 */
@Configuration(proxyBeanMethods = false)
public class StoreConfiguration {

    @Bean
    TaskStore leekTaskStore(StoreSettings settings, Clock clock, ObjectProvider<SharedTime> time) {
        StoreDatabase database = StoreDatabase.open(settings);
        try {
            new Leftovers(database).undo();
            new Migrator(database).run(settings.migrate());
            return new SqlTaskStore(
                    database, clock, time.getIfAvailable(() -> SharedTime.of(database.dialect(), clock)));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
