package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.server.recovery.Retention;
import io.leek.server.store.Backlog;
import io.leek.server.store.OpenStore;
import io.leek.server.store.StoreSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

class RetentionPropertiesTest {

    @Test
    void allIsKeptForEverUnlessToldOtherwise() {
        assertThat(bind(Map.of()).settings()).isEqualTo(Retention.Settings.FOREVER);
    }

    @Test
    void eachStateHasItsOwnTime() {
        assertThat(bind(Map.of("leek.retention.success", "30d", "leek.retention.failed", "12h"))
                        .settings())
                .isEqualTo(new Retention.Settings(Duration.ofDays(30), Duration.ofHours(12)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "-1d", "36501d"})
    void aTimeThatMakesNoSenseIsRefused(String keep) {
        assertThatThrownBy(() -> bind(Map.of("leek.retention.failed", keep)))
                .rootCause()
                .hasMessageContaining("leek.retention.failed must be longer than zero and at most 36500d")
                .hasMessageContaining("but was PT");
    }

    @Test
    @Timeout(60)
    void theCompanionDeletesWhatIsOlder(@TempDir Path dir) {
        StoreSettings.Location.File location = new StoreSettings.Location.File(dir);
        try (OpenStore open = OpenStore.open(location, Clock.systemUTC())) {
            Backlog.insert(open.sql(), 10);
        }
        try (ConfigurableApplicationContext companion = new SpringApplicationBuilder(LeekServerApplication.class)
                .web(WebApplicationType.NONE)
                .run("--leek.bind=127.0.0.1:0", "--leek.server.data-dir=" + dir, "--leek.retention.success=1h")) {
            assertThat(companion.isRunning()).isTrue();
            JdbcTemplate sql = new OpenStore(null, null, location).sql();
            while (sql.queryForObject("SELECT COUNT(*) FROM leek.success_task", Integer.class) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static RetentionProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("leek.retention", RetentionProperties.class);
    }
}
