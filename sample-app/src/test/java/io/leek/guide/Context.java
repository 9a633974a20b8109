package io.leek.guide;

import io.leek.Leek;
import io.leek.LeekTask;
import io.leek.TaskHandle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the snippets of the documents take for granted: each is a class that extends this one. */
public class Context {

    /** Of the application in which they run; set before the first of them is made. */
    static @Nullable Given given;

    protected final Leek leek = given().leek();
    protected final Mailer mailer = given().mailer();
    protected final Mails mails = given().mails();
    protected final Reports reports = given().reports();
    protected final TaskHandle<Report> handle = given().handle();
    protected final String id = given().failedId();
    protected final String lastId = given().failedId();
    protected final Orders orders = order -> {};
    protected final Smtp smtp = mailId -> {};
    protected final Object repository = new Object();
    protected final Users users = new Users(repository, mailer, leek);
    protected final List<String> addresses = List.of("ada@example.org", "grace@example.org");
    protected final Logger log = LoggerFactory.getLogger(Context.class);

    /** The statements of a snippet. */
    public void run() throws Exception {}

    private static Given given() {
        return Objects.requireNonNull(given, "no application");
    }

    /** @param failedId the id of a task that has failed */
    record Given(Leek leek, Mailer mailer, Mails mails, Reports reports, TaskHandle<Report> handle, String failedId) {}

    public interface Mailer {

        @LeekTask
        void welcome(String to);

        @LeekTask
        void confirm(long orderId);
    }

    public interface Mails {

        @LeekTask
        void send(long id);
    }

    public interface Orders {

        void save(Order order);
    }

    public interface Reports {

        @LeekTask
        Report build(int month);
    }

    public interface Smtp {

        void send(long mailId);
    }

    public record Order(long id) {}

    public record Report(int month) {}

    public static class AddressException extends RuntimeException {}

    public static class MailboxGone extends RuntimeException {}

    public static class ServerBusy extends RuntimeException {}

    public static class Users {

        public Users(Object repository, Mailer mailer, Leek leek) {}

        public void register(String address) {}
    }
}
