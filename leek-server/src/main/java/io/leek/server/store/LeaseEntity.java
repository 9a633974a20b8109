package io.leek.server.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** A row of {@code lease}, for reading. */
@Entity
@Immutable
@Table(name = "lease")
@SuppressWarnings("NullAway.Init")
class LeaseEntity {

    @Id
    @Column(name = "seq")
    private long seq;

    @Column(name = "started_at")
    private Instant startedAt;

    @Column(name = "worker_id")
    private String workerId;

    Instant startedAt() {
        return startedAt;
    }

    String workerId() {
        return workerId;
    }
}
