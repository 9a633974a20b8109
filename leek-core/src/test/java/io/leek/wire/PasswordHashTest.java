package io.leek.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The expected values come from Python's hashlib, following PROTOCOL.md's words. */
class PasswordHashTest {

    private static final String PASSWORD = "p\u00e4ss";
    private static final String SALT = "55104dc76695721d";

    @Test
    void oneRoundIsTheHashOfPasswordAndSalt() {
        assertThat(PasswordHash.of(PASSWORD, SALT, 1))
                .isEqualTo("c9d18531ff85668f81b75bae93ccd38fdb7681b9c37cc422b430540999144bfe");
    }

    @Test
    void furtherRoundsHashTheRawDigest() {
        assertThat(PasswordHash.of(PASSWORD, SALT, 1545))
                .isEqualTo("21b085d1930cc9c9541e25bea8ba0ab1bf8a044bdd7ed7b2c00aa338d960833e");
    }

    @Test
    void onlyTheSameHashMatches() {
        String hash = PasswordHash.of(PASSWORD, SALT, 2);

        assertThat(PasswordHash.matches(hash, PasswordHash.of(PASSWORD, SALT, 2)))
                .isTrue();
        assertThat(PasswordHash.matches(hash, PasswordHash.of(PASSWORD, SALT, 3)))
                .isFalse();
        assertThat(PasswordHash.matches(hash, "")).isFalse();
    }
}
