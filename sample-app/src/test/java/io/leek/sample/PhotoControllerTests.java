package io.leek.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.verify;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.leek.Leek;
import io.leek.LeekUnavailableException;
import io.leek.TaskRefusedException;
import io.leek.task.FailureReason;
import io.leek.task.Task;
import io.leek.task.TaskFailure;
import io.leek.task.TaskProgress;
import io.leek.task.TaskState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.servlet.MockMvc;

@WebMvcTest(PhotoController.class)
@EnableConfigurationProperties(SampleProperties.class)
@Import({PhotoStatuses.class, Uploads.class, Pictures.class})
class PhotoControllerTests {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    @TempDir
    private static Path folder;

    @Autowired
    private MockMvc mvc;

    @Autowired
    private Pictures pictures;

    @MockitoBean
    private Gallery gallery;

    @MockitoBean
    private Leek leek;

    @MockitoBean
    private Clock clock;

    private final UUID id = UUID.randomUUID();

    @DynamicPropertySource
    static void folder(DynamicPropertyRegistry registry) {
        registry.add("sample.data-dir", folder::toString);
    }

    @BeforeEach
    void noPhotoIsKnown() {
        given(gallery.find(any())).willReturn(Optional.empty());
        given(leek.find(any())).willReturn(Optional.empty());
        given(clock.instant()).willReturn(NOW);
    }

    @Test
    void anUploadIsAnsweredWithItsIdAndItsTask() throws Exception {
        ArgumentCaptor<UUID> given = ArgumentCaptor.captor();
        given(gallery.add(given.capture(), any())).willAnswer(call -> photo(call.getArgument(0), "task-0001", NOW));

        mvc.perform(multipart("/photos").file(new MockMultipartFile("file", "C:\\cat.jpg", null, new byte[] {1, 2})))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.length()").value(2))
                .andExpect(jsonPath("$.id").value(given.getValue().toString()))
                .andExpect(jsonPath("$.taskId").value("task-0001"))
                .andExpect(header().string("Location", "/photos/" + given.getValue()));

        assertThat(pictures.original(given.getValue())).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void anUploadWithoutAFileIsABadRequest() throws Exception {
        for (var request : List.of(
                multipart("/photos"),
                multipart("/photos").file(new MockMultipartFile("file", "a.jpg", null, new byte[0])),
                post("/photos"))) {
            mvc.perform(request)
                    .andExpect(status().isBadRequest())
                    .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
                    .andExpect(jsonPath("$.detail").value(containsString("part named 'file'")));
        }
    }

    @Test
    void anUploadWhoseTaskCouldNotBeSentLeavesNothing() throws Exception {
        ArgumentCaptor<UUID> given = ArgumentCaptor.captor();
        given(gallery.add(given.capture(), any()))
                .willThrow(new LeekUnavailableException("no answer", "localhost", 8002, "task-0001", true, null));

        mvc.perform(multipart("/photos").file(new MockMultipartFile("file", "a.jpg", null, new byte[] {1})))
                .andExpect(status().isServiceUnavailable())
                .andExpect(jsonPath("$.detail").value(containsString("Try again")));

        verify(gallery).remove(given.getValue());
    }

    @Test
    void aFullQueueIsSaidSo() throws Exception {
        given(gallery.add(any(), any())).willThrow(new TaskRefusedException("FULL", "the store holds enough"));

        mvc.perform(multipart("/photos").file(new MockMultipartFile("file", "a.jpg", null, new byte[] {1})))
                .andExpect(status().isServiceUnavailable());
    }

    @Test
    void aPhotoWhoseTaskWaitsIsQueued() throws Exception {
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW)));
        given(leek.find("task-0001")).willReturn(Optional.of(task(TaskState.QUEUED, null)));

        mvc.perform(get("/photos/" + id))
                .andExpect(status().isOk())
                .andExpect(content().json("""
                        {"id": "%s", "state": "queued", "thumbnails": []}""".formatted(id), JsonCompareMode.STRICT));
    }

    @Test
    void aPhotoWhoseTaskSucceededHasItsThumbnails() throws Exception {
        makeThumbnails();
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW)));
        given(leek.find("task-0001")).willReturn(Optional.of(task(TaskState.SUCCESS, null)));

        mvc.perform(get("/photos/" + id)).andExpect(content().json("""
                {"id": "%1$s", "state": "success", "thumbnails": [
                  {"size": 200, "url": "/photos/%1$s/thumbnails/200"},
                  {"size": 400, "url": "/photos/%1$s/thumbnails/400"},
                  {"size": 800, "url": "/photos/%1$s/thumbnails/800"}]}""".formatted(id), JsonCompareMode.STRICT));
    }

    @Test
    void aPhotoWhoseTaskFailedSaysWhy() throws Exception {
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW)));
        given(leek.find("task-0001"))
                .willReturn(Optional.of(task(
                        TaskState.FAILED,
                        TaskFailure.of(FailureReason.EXCEPTION, "x.Y", "'a.txt' is not a picture", List.of()))));

        mvc.perform(get("/photos/" + id)).andExpect(content().json("""
                {"id": "%s", "state": "failed", "error": "'a.txt' is not a picture", "thumbnails": []}""".formatted(id), JsonCompareMode.STRICT));
    }

    @Test
    void aPhotoWhoseTaskWasPurgedIsASuccessIfItsThumbnailsAreThere() throws Exception {
        makeThumbnails();
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW.minusSeconds(3600))));

        mvc.perform(get("/photos/" + id)).andExpect(jsonPath("$.state").value("success"));
    }

    @Test
    void aPhotoWhoseTaskWasPurgedIsFailedIfItsThumbnailsAreNotThere() throws Exception {
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW.minusSeconds(3600))));

        mvc.perform(get("/photos/" + id))
                .andExpect(jsonPath("$.state").value("failed"))
                .andExpect(jsonPath("$.error").value(containsString("Upload 'a.jpg' again")));
    }

    @Test
    void aPhotoWhoseTaskIsOnItsWayIsQueued() throws Exception {
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW.minusSeconds(1))));

        mvc.perform(get("/photos/" + id)).andExpect(jsonPath("$.state").value("queued"));
    }

    @Test
    void aPhotoWhoseTaskRunsTellsHowManySizesAreMade() throws Exception {
        given(gallery.find(id)).willReturn(Optional.of(photo(id, "task-0001", NOW)));
        given(leek.find("task-0001"))
                .willReturn(Optional.of(
                        task(TaskState.QUEUED, null).withReport(new TaskProgress(2, 3, null, NOW), List.of())));

        mvc.perform(get("/photos/" + id))
                .andExpect(jsonPath("$.progress.done").value(2))
                .andExpect(jsonPath("$.progress.of").value(3));
    }

    @Test
    void theListTellsNameAndStateOfEachPhoto() throws Exception {
        given(gallery.newest()).willReturn(List.of(photo(id, "task-0001", NOW)));
        given(leek.find("task-0001")).willReturn(Optional.of(task(TaskState.QUEUED, null)));

        mvc.perform(get("/photos")).andExpect(content().json("""
                [{"id": "%s", "name": "a.jpg", "uploadedAt": "2026-01-01T12:00:00Z", "state": "queued", "thumbnails": []}]
                """.formatted(id), JsonCompareMode.STRICT));
    }

    @Test
    void aThumbnailIsServedWithItsType() throws Exception {
        makeThumbnails();

        mvc.perform(get("/photos/{id}/thumbnails/200", id))
                .andExpect(status().isOk())
                .andExpect(content().contentType(MediaType.IMAGE_JPEG))
                .andExpect(content().bytes(new byte[] {7}));
        mvc.perform(get("/photos/{id}/thumbnails/800", id)).andExpect(content().contentType(MediaType.IMAGE_PNG));
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        makeThumbnails();
        for (String path : List.of(
                "/photos/" + UUID.randomUUID(),
                "/photos/nonsense",
                "/photos/" + UUID.randomUUID() + "/thumbnails/200",
                "/photos/" + id + "/thumbnails/300",
                "/photos/" + id + "/thumbnails/big")) {
            mvc.perform(get(path))
                    .andExpect(status().isNotFound())
                    .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));
        }
    }

    private void makeThumbnails() throws Exception {
        pictures.keepThumbnail(id, 200, "jpg", file -> Files.write(file, new byte[] {7}));
        pictures.keepThumbnail(id, 400, "jpg", file -> Files.write(file, new byte[] {7}));
        pictures.keepThumbnail(id, 800, "png", file -> Files.write(file, new byte[] {7}));
    }

    private static Photo photo(UUID id, String taskId, Instant uploadedAt) {
        Photo photo = new Photo(id, "a.jpg", uploadedAt);
        photo.offloadedAs(taskId);
        return photo;
    }

    private static Task task(TaskState state, @Nullable TaskFailure failure) {
        return new Task(
                "task-0001",
                "thumbnailService.makeThumbnails",
                "default",
                state,
                "{}",
                5,
                null,
                NOW,
                null,
                null,
                null,
                1,
                0,
                null,
                false,
                null,
                failure);
    }
}
