package io.leek.sample;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.util.FileSystemUtils;

/** The page as a person uses it: the sample's jar on one side, a browser on the other. */
class GalleryPageIT {

    private static final Path SAMPLE = Path.of("target", "sample-app.jar");
    private static final Path FOLDER = Path.of("target", "processes", GalleryPageIT.class.getSimpleName());
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static Chromium chromium;
    private static JavaProcess app;
    private static String address;

    private final List<String> errors = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void startBrowserAndApp() throws Exception {
        chromium = Chromium.start().orElse(null);
        if (chromium == null) {
            System.err.println("SKIPPED: the gallery's page in a browser. " + Chromium.missing());
            return;
        }
        PlaywrightAssertions.setDefaultAssertionTimeout(Duration.ofSeconds(30).toMillis());
        FileSystemUtils.deleteRecursively(FOLDER);
        app = JavaProcess.start("app", FOLDER, SAMPLE, "--server.port=0", "--leek.client.timeout=1m");
        address = "http://localhost:" + app.awaitLine("Tomcat started on port (\\d+)");
    }

    @AfterAll
    static void endBrowserAndApp() {
        if (app != null) {
            app.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void open() {
        // Not before all: the reports would then have no test rather than skipped ones.
        Assumptions.assumeTrue(chromium != null, Chromium::missing);
        context = chromium.browser().newContext();
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().matches("error|warning")) {
                errors.add(message.text() + " at " + message.location());
            }
        });
        page.onPageError(errors::add);
        page.onRequestFailed(request -> errors.add(request.url() + ": " + request.failure()));
        page.navigate(address);
    }

    @AfterEach
    void keepScreenshotAndClose(TestInfo test) {
        if (page == null) {
            return;
        }
        String name = test.getTestMethod().orElseThrow().getName();
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
        context.close();
    }

    @Test
    void anEmptyGallerySaysSoUntilAPhotoIsChosen() throws IOException {
        page.route("**/photos", route -> route.fulfill(new Route.FulfillOptions().setBody("[]")));
        page.reload();
        assertThat(page.getByText("No photos yet")).isVisible();
        page.unroute("**/photos");

        choose(png("opening.png", 640, 480));

        assertThat(thumbnail("opening.png")).isVisible();
        assertThat(page.getByText("No photos yet")).isHidden();
        assertThat(errors).isEmpty();
    }

    @Test
    void aChosenPictureIsQueuedAndItsThumbnailAppearsWithoutAReload() throws IOException {
        page.evaluate("window.loadedOnce = true");
        page.clock().install(new Clock.InstallOptions().setTime(0));
        page.clock().pauseAt(Duration.ofDays(1).toMillis());

        choose(png("sunrise.png", 1200, 900));
        assertThat(photo("sunrise.png")).containsText("in the queue");
        assertThat(thumbnail("sunrise.png")).hasCount(0);
        page.clock().resume();

        assertThat(thumbnail("sunrise.png")).isVisible();
        assertThat(widthOnceLoaded(thumbnail("sunrise.png"))).isEqualTo(400);
        assertThat(photo("sunrise.png")).not().containsText("in the queue");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("sunrise.png: done");
        assertThat(page.evaluate("window.loadedOnce")).isEqualTo(true);
        assertThat(errors).isEmpty();

        page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("sunrise.png"))
                .click();
        assertThat(page).hasURL(Pattern.compile("/thumbnails/800$"));
        assertThat(widthOnceLoaded(page.locator("img"))).isEqualTo(800);
    }

    @Test
    void ofSeveralFilesEachGetsItsThumbnailOrTheReasonWhyNot() throws IOException {
        choose(png("first.png", 900, 1200), text("shopping.txt"), png("third.png", 60, 40));

        assertThat(widthOnceLoaded(thumbnail("first.png"))).isEqualTo(300);
        assertThat(widthOnceLoaded(thumbnail("third.png"))).isEqualTo(60);
        assertThat(photo("shopping.txt")).containsText("'shopping.txt' is not a picture Leek's sample can read");
        assertThat(photo("shopping.txt")).containsText("failed");
        assertThat(thumbnail("shopping.txt")).hasCount(0);
        assertThat(errors).isEmpty();
    }

    @Test
    void whatWasUploadedIsThereAfterAReloadTheNewestFirst() throws IOException {
        choose(png("older.png", 500, 500), text("note.txt"), png("newer.png", 500, 500));
        assertThat(thumbnail("newer.png")).isVisible();
        assertThat(photo("note.txt")).containsText("not a picture");
        assertThat(thumbnail("older.png")).isVisible();
        List<String> before = photos().allInnerTexts();

        page.reload();

        assertThat(widthOnceLoaded(thumbnail("older.png"))).isEqualTo(400);
        assertThat(widthOnceLoaded(thumbnail("newer.png"))).isEqualTo(400);
        assertThat(photos().allInnerTexts()).isEqualTo(before);
        assertThat(before.get(0)).contains("newer.png");
        assertThat(errors).isEmpty();
    }

    @Test
    void aPhotoChosenBeforeTheEarlierOnesAreListedIsShownOnce() throws IOException {
        List<Route> listings = new ArrayList<>();
        List<Route> uploads = new ArrayList<>();
        page.route("**/photos", route -> {
            if (route.request().method().equals("GET")) {
                listings.add(route);
            } else {
                uploads.add(route);
                route.resume();
            }
        });
        page.reload();

        choose(png("early.png", 640, 480));
        assertThat(photo("early.png")).containsText("uploading");
        page.evaluate("fetch('gallery.css').then(answer => answer.text())"); // an upload would have been seen by now
        assertThat(uploads).isEmpty();
        listings.forEach(Route::resume);

        assertThat(thumbnail("early.png")).isVisible();
        assertThat(photo("early.png")).hasCount(1);
        assertThat(errors).isEmpty();
    }

    @Test
    void droppedFilesAreUploadedAndThoseBesideTheFormDoNotReplaceThePage() throws IOException {
        byte[] picture = GalleryClient.picture(640, 480);
        Object transfer = page.evaluateHandle("""
                base64 => {
                  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
                  const transfer = new DataTransfer();
                  transfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
                  return transfer;
                }
                """, Base64.getEncoder().encodeToString(picture));

        boolean opened = (Boolean)
                page.evaluate("document.body.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true}))");
        assertThat(opened).isFalse();
        page.getByText("or drop them here").dispatchEvent("drop", Map.of("dataTransfer", transfer));

        assertThat(widthOnceLoaded(thumbnail("dropped.png"))).isEqualTo(400);
        assertThat(errors).isEmpty();
    }

    @Test
    void aLostConnectionIsShownUntilItIsBack() throws IOException {
        page.clock().install(new Clock.InstallOptions().setTime(0));
        page.clock().pauseAt(Duration.ofDays(1).toMillis());
        choose(png("on the train.png", 800, 600));
        assertThat(photo("on the train.png")).containsText("in the queue");

        context.setOffline(true);
        page.clock().resume();
        assertThat(page.getByRole(AriaRole.ALERT)).hasText("The gallery can't be reached.");
        choose(png("in the tunnel.png", 800, 600));
        assertThat(photo("in the tunnel.png")).containsText("The gallery can't be reached.");
        assertThat(page.getByRole(AriaRole.STATUS)).hasText("in the tunnel.png: The gallery can't be reached.");

        context.setOffline(false);
        assertThat(widthOnceLoaded(thumbnail("on the train.png"))).isEqualTo(400);
        assertThat(page.getByRole(AriaRole.ALERT)).hasCount(0);
    }

    @Test
    void theKeyboardAloneAndAScreenReaderGetToTheFiles() throws IOException {
        FilePayload[] files = {png("written.png", 640, 480), png("typed.png", 640, 480)};
        page.onFileChooser(chooser -> chooser.setFiles(files));
        Locator input = page.getByLabel("Choose photos");
        assertThat(input).hasAccessibleName("Choose photos");
        assertThat(input).hasAccessibleDescription("JPEG, PNG or GIF, up to 20 MB each");

        page.keyboard().press("Tab");
        assertThat(input).isFocused();
        assertThat(page.getByText("Choose photos")).hasCSS("outline-style", "solid");
        page.keyboard().press("Enter");
        assertThat(thumbnail("written.png")).isVisible();
        assertThat(thumbnail("typed.png")).isVisible();

        page.keyboard().press("Tab");
        assertThat(page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("typed.png")))
                .isFocused();
        assertThat(errors).isEmpty();
    }

    @Test
    void aNarrowPhoneNeedsNoSidewaysScrolling() throws IOException {
        page.setViewportSize(360, 740);
        String name = "a_name_without_any_space_that_is_longer_than_a_phone_is_wide".repeat(3);
        choose(png(name + ".png", 1200, 900), text(name + ".txt"), png("tiny.png", 30, 20));
        assertThat(thumbnail(name + ".png")).isVisible();
        assertThat(photo(name + ".txt")).containsText("not a picture");
        assertThat(thumbnail("tiny.png")).isVisible();

        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
        assertThat(photo(name + ".txt").evaluate("card => card.scrollWidth - card.clientWidth"))
                .isEqualTo(0);
        assertThat(errors).isEmpty();
    }

    private void choose(FilePayload... files) {
        page.getByLabel("Choose photos").setInputFiles(files);
    }

    private Locator photos() {
        return page.getByRole(AriaRole.LIST, new GetByRoleOptions().setName("Photos"))
                .getByRole(AriaRole.LISTITEM);
    }

    private Locator photo(String name) {
        return photos().filter(new Locator.FilterOptions().setHasText(name));
    }

    private Locator thumbnail(String name) {
        return photo(name).getByAltText(name);
    }

    private static Object widthOnceLoaded(Locator image) {
        return image.evaluate("image => image.decode().then(() => image.naturalWidth)");
    }

    private static FilePayload png(String name, int width, int height) throws IOException {
        return new FilePayload(name, "image/png", GalleryClient.picture(width, height));
    }

    private static FilePayload text(String name) {
        return new FilePayload(name, "text/plain", "milk, leeks".getBytes(StandardCharsets.UTF_8));
    }
}
