package io.leek.server;

import static io.leek.server.ConversationContract.push;

import io.leek.server.store.Postgres;
import io.leek.server.store.StoreSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PostgresPauseTest extends PauseContract {

    @Override
    StoreSettings.Location location() {
        return Postgres.newDatabase();
    }

    @Test
    void aPauseHoldsForAllServersOfOneDatabaseWithinASecond() {
        try (ServerRig other = ServerRig.start(location, clock)) {
            client.sends("QUEUE PAUSE default").expectOk();
            other.pass(Duration.ofSeconds(1));
            other.client().sends(push("task-0001")).expectOk();
            other.worker("w-1").sends("LEEK FETCH {\"wait_ms\":0}").expect("[]");

            client.sends("QUEUE RESUME default").expectOk();
            other.pass(Duration.ofSeconds(1));

            other.worker("w-1").sends("FETCH").expectTask("task-0001");
        }
    }
}
