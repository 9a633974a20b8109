package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import io.leek.Leek;
import io.leek.OffloadSpec;
import io.leek.TaskHandle;
import io.leek.TaskMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

/** The gallery as it is deployed, with a mock in the place of the queue. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "leek.mode=inline")
class GalleryServerTests {

    private static final int MEGABYTE = 1024 * 1024;

    @TempDir
    private static Path folder;

    @LocalServerPort
    private int port;

    @Autowired
    private PhotoRepository photos;

    @Autowired
    private Gallery gallery;

    @Autowired
    private JdbcClient jdbc;

    @MockitoBean
    private Leek leek;

    private RestClient http;

    @DynamicPropertySource
    static void folder(DynamicPropertyRegistry registry) {
        registry.add("sample.data-dir", folder::toString);
    }

    @BeforeEach
    void setUp() {
        photos.deleteAll();
        http = RestClient.builder()
                .baseUrl("http://localhost:" + port)
                .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {})
                .build();
    }

    @Test
    void aPhotoOfTwentyMegabytesIsTaken() {
        queueAccepts("task-0001");

        ResponseEntity<String> answer = upload(20 * MEGABYTE);

        assertThat(answer.getStatusCode().value()).isEqualTo(202);
        assertThat(answer.getBody()).contains("\"taskId\":\"task-0001\"");
        assertThat(photos.findAll()).singleElement().satisfies(photo -> {
            assertThat(photo.name()).isEqualTo("large.jpg");
            assertThat(photo.taskId()).hasValue("task-0001");
        });
    }

    @Test
    void aPhotoOfMoreIsTooLarge() {
        for (int size : List.of(20 * MEGABYTE + 1, 50 * MEGABYTE)) {
            ResponseEntity<String> answer = upload(size);

            assertThat(answer.getStatusCode().value()).isEqualTo(413);
            assertThat(answer.getHeaders().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat(answer.getBody()).contains("A photo may have up to 20 MB.");
        }
        assertThat(photos.count()).isZero();
    }

    @Test
    void aFormThatIsNoFormIsABadRequest() {
        ResponseEntity<String> answer = http.post()
                .uri("/photos")
                .contentType(MediaType.valueOf("multipart/form-data;boundary=x"))
                .body("nonsense")
                .retrieve()
                .toEntity(String.class);

        assertThat(answer.getStatusCode().value()).isEqualTo(400);
    }

    @Test
    void thePageIsServedAtTheRoot() {
        assertThat(http.get().uri("/").retrieve().body(String.class)).contains("<title>Gallery</title>");
        assertThat(http.get()
                        .uri("/gallery.js")
                        .retrieve()
                        .toBodilessEntity()
                        .getStatusCode()
                        .value())
                .isEqualTo(200);
    }

    @Test
    void theTableIsTheOneOfTheMigration() {
        assertThat(jdbc.sql("select \"version\" from \"flyway_schema_history\" where \"success\"")
                        .query(String.class)
                        .list())
                .contains("1");
    }

    @Test
    void photosAreListedTheNewestFirstAndBounded() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        for (int i = 0; i < Gallery.NEWEST + 1; i++) {
            photos.save(new Photo(UUID.randomUUID(), "photo " + i, start.plus(i, ChronoUnit.SECONDS)));
        }

        List<Photo> newest = gallery.newest();

        assertThat(newest).hasSize(Gallery.NEWEST);
        assertThat(newest.get(0).name()).isEqualTo("photo " + Gallery.NEWEST);
        assertThat(newest.get(0).uploadedAt()).isEqualTo(start.plus(Duration.ofSeconds(Gallery.NEWEST)));
        assertThat(photos.findByOrderByUploadedAtDescIdDesc(Limit.of(1))).hasSize(1);
    }

    @Test
    void aPhotoWhoseTaskIsRefusedIsNotKept() {
        given(spec().offload(any(TaskMethod.Void0.class))).willThrow(new DataAccessResourceFailureException("full"));

        assertThatExceptionOfType(DataAccessResourceFailureException.class)
                .isThrownBy(() -> gallery.add(UUID.randomUUID(), "a.jpg"));

        assertThat(photos.count()).isZero();
    }

    private void queueAccepts(String taskId) {
        TaskHandle<Void> handle = mock();
        given(handle.id()).willReturn(taskId);
        given(spec().offload(any(TaskMethod.Void0.class))).willReturn(handle);
    }

    private ResponseEntity<String> upload(int size) {
        MultiValueMap<String, Resource> form = new LinkedMultiValueMap<>();
        form.add("file", new ByteArrayResource(new byte[size]) {
            @Override
            public String getFilename() {
                return "large.jpg";
            }
        });
        return http.post()
                .uri("/photos")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .toEntity(String.class);
    }

    /** What {@code leek.with().key(…)} gives. */
    private OffloadSpec spec() {
        OffloadSpec spec = mock();
        given(leek.with()).willReturn(spec);
        given(spec.key(any())).willReturn(spec);
        return spec;
    }
}
