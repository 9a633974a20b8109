package io.leek.bare;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

@Entity
class SecondRow {

    @Id
    @Nullable
    Long id;
}
