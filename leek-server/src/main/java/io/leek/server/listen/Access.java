package io.leek.server.listen;

import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.PasswordHash;
import io.leek.wire.Replies;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in.
 *
 * @param password null where everybody may
 * @param allowWeakHash whether clients older than version 2 of the protocol may hash only once
 */
public record Access(@Nullable String password, boolean allowWeakHash) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int FEWEST_ITERATIONS = 4_000;

    /** What a new connection is greeted with. */
    record Challenge(@Nullable String salt, int iterations) {

        String hi() {
            return "HI "
                    + TaskJson.MAPPER.writeValueAsString(
                            salt == null ? new Replies.Hi(2, null, null) : new Replies.Hi(2, iterations, salt));
        }
    }

    Challenge challenge() {
        if (password == null) {
            return new Challenge(null, 0);
        }
        byte[] salt = new byte[8];
        RANDOM.nextBytes(salt);
        return new Challenge(HexFormat.of().formatHex(salt), FEWEST_ITERATIONS + RANDOM.nextInt(1_000));
    }

    boolean admits(Challenge challenge, Command.Hello hello) {
        if (password == null || challenge.salt() == null) {
            return true;
        }
        boolean weak = hello.v() < 2;
        if (hello.pwdhash() == null || (weak && !allowWeakHash)) {
            return false;
        }
        String expected = PasswordHash.of(password, challenge.salt(), weak ? 1 : challenge.iterations());
        return PasswordHash.matches(expected, hello.pwdhash());
    }

    @Override
    public String toString() {
        return password == null ? "no password" : "password";
    }
}
