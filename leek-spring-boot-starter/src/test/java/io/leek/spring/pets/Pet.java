package io.leek.spring.pets;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** The only entity of an application under test. */
@Entity(name = "pet")
public class Pet {

    @Id
    Long id;

    protected Pet() {}

    public Pet(long id) {
        this.id = id;
    }
}
