package io.leek.sample;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PostLoad;
import jakarta.persistence.PostPersist;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/** An uploaded photo. Its picture and thumbnails are files of {@link Pictures}. */
@Entity
class Photo implements Persistable<UUID> {

    static final int MAX_NAME = 255;

    @Id
    private UUID id;

    @Column(nullable = false, length = MAX_NAME)
    private String name;

    @Column(nullable = false)
    private Instant uploadedAt;

    // Set right after the row was made, in the same transaction: the task reads the row, so the row comes first.
    @Column(length = 64)
    private @Nullable String taskId;

    // The id is ours, so Spring Data can't tell a new photo from a stored one by looking at it.
    @Transient
    private boolean stored;

    @SuppressWarnings("NullAway") // JPA fills the fields in
    protected Photo() {}

    Photo(UUID id, String name, Instant uploadedAt) {
        this.id = id;
        this.name = name;
        this.uploadedAt = uploadedAt;
    }

    @Override
    public UUID getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return !stored;
    }

    String name() {
        return name;
    }

    Instant uploadedAt() {
        return uploadedAt;
    }

    Optional<String> taskId() {
        return Optional.ofNullable(taskId);
    }

    void offloadedAs(String taskId) {
        this.taskId = taskId;
    }

    @PostLoad
    @PostPersist
    void markStored() {
        stored = true;
    }
}
