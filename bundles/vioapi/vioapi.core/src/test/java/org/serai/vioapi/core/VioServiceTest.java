package org.serai.vioapi.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Clients;
import org.serai.cluster.Primary;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.partition.Partitions;
import org.serai.storage.LongWork;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;

/** What a caller may count on: roles, once only, one moment, and errors in words. */
class VioServiceTest {
    private static final Caller ADMIN = new Caller("admin", Role.ADMINISTER, "test");
    private static final Caller OPERATOR = new Caller("operator", Role.OPERATE, "test");
    private static final Caller READER = new Caller("reader", Role.READ, "test");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final Executor workers = Executors.newVirtualThreadPerTaskExecutor();
    private TestServices services;
    private Assembly node;

    @BeforeEach
    void begin() {
        services = new TestServices(folder, new UUID(1, 1));
        services.put(LongWork.class, Map.of("entries", _ -> List.of()));
        node = Assembly.of(services, workers, UUID::randomUUID);
    }

    @AfterEach
    void end() {
        services.close();
    }

    private VioAnswer call(Caller caller, VioRequest request) {
        return node.service().call(caller, request);
    }

    private static VioRequest createClient(String name) {
        return VioRequest.of("create", VioObject.of("client").with("name", name));
    }

    private static VioResponse done(VioAnswer answer) {
        assertThat(answer).as(String.valueOf(answer)).isInstanceOf(VioResponse.class);
        return (VioResponse) answer;
    }

    private static VioException refused(VioAnswer answer) {
        assertThat(answer).isInstanceOf(VioException.class);
        return (VioException) answer;
    }

    private List<String> clients() {
        return done(call(READER, VioRequest.of("list", VioObject.of("client")))).objects().stream()
                .map(client -> client.text("name").orElseThrow())
                .toList();
    }

    @Test
    void whatIsCreatedIsListedAndFilteredAndDeleted() {
        VioResponse made = done(call(ADMIN, createClient("acme")));
        assertThat(made.objects()).extracting(VioObject::type).containsExactly("client");
        assertThat(made.id()).isPresent();
        done(call(ADMIN, createClient("zeta")));
        assertThat(clients()).containsExactly("acme", "zeta");
        VioObject filter = VioObject.of("client").with("name", "zeta");
        assertThat(done(call(READER, VioRequest.of("list", filter))).objects()).hasSize(1);
        assertThat(done(call(
                                READER,
                                VioRequest.of("list", VioObject.of("client").with("name", "none"))))
                        .objects())
                .isEmpty();
        done(call(ADMIN, VioRequest.of("delete", VioObject.of("client").with("name", "acme"))));
        assertThat(clients()).containsExactly("zeta");
    }

    @Test
    void severalKindsAreListedInOneRequestAsOfOneRevision() {
        done(call(ADMIN, createClient("acme")));
        VioResponse all = done(call(
                READER, VioRequest.of("list", VioObject.of("client"), VioObject.of("cluster"), VioObject.of("node"))));
        assertThat(all.objects()).extracting(VioObject::type).containsExactly("client", "cluster", "node");
        assertThat(all.revision()).isEqualTo(services.database().revision());
        assertThat(all.node()).isEqualTo("node-a");
        byte[] asked = "{\"vioRequest\":{\"list\":{\"node\":{},\"cluster\":{}}}}".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(
                        node.service()
                                .exchange(READER, Form.JSON, asked, Form.JSON)
                                .document(),
                        StandardCharsets.UTF_8))
                .contains("\"answeredBy\" : \"node-a\"", "\"node\" : [ {");
    }

    @Test
    void anErrorOfADomainKeepsItsCodeAndWords() {
        done(call(ADMIN, createClient("acme")));
        VioException taken = refused(call(ADMIN, createClient("acme")));
        assertThat(taken.code()).isEqualTo("SERAI-CLUSTER-0014");
        assertThat(taken.category()).isEqualTo("user");
        assertThat(taken.message()).contains("acme");
        assertThat(taken.cause()).isNotBlank();
        assertThat(taken.action()).isNotBlank();
        assertThat(taken.id()).isPresent();
    }

    @Test
    void whoMayOnlyLookChangesNothingAndWhoOperatesAdministersNothing() {
        for (Caller caller : List.of(READER, OPERATOR)) {
            VioException kept = refused(call(caller, createClient("evil")));
            assertThat(kept.code()).isEqualTo("SERAI-VIO-0004");
            assertThat(kept.message()).contains(caller.name());
        }
        VioRequest start = VioRequest.of("start", VioObject.of("partition").with("name", "web1"));
        assertThat(refused(call(READER, start)).code()).isEqualTo("SERAI-VIO-0004");
        assertThat(clients()).isEmpty();
        assertThat(refused(call(OPERATOR, start)).code()).isEqualTo("SERAI-VIO-0013"); // no partitions here: let in
    }

    @Test
    void javaCallersAreHeldAgainstTheSchemaToo() {
        VioException bad = refused(
                call(ADMIN, VioRequest.of("create", VioObject.of("client").with("nam", "x"))));
        assertThat(bad.code()).isEqualTo("SERAI-VIO-0001");
        assertThat(bad.cause()).contains("nam");
    }

    @Test
    void aRepeatedRequestGetsTheFirstAnswerAndIsNotDoneAgain() {
        VioRequest create = createClient("acme").option("id", "r-1");
        VioResponse first = done(call(ADMIN, create));
        assertThat(done(call(ADMIN, create))).isEqualTo(first);
        Assembly other = Assembly.of(services, workers, UUID::randomUUID); // as another node, or after a restart
        assertThat(done(other.service().call(ADMIN, create)).objects()).isEqualTo(first.objects());
        assertThat(clients()).containsExactly("acme");

        VioException failed = refused(call(ADMIN, createClient("acme").option("id", "r-2")));
        services.get(Clients.class).delete("acme");
        assertThat(refused(call(ADMIN, createClient("acme").option("id", "r-2"))))
                .isEqualTo(failed);
        assertThat(clients()).isEmpty();
    }

    @Test
    void anIdIsOneCallersAndForOneRequest() {
        done(call(ADMIN, createClient("acme").option("id", "r-1")));
        VioException reused = refused(call(ADMIN, createClient("other").option("id", "r-1")));
        assertThat(reused.code()).isEqualTo("SERAI-VIO-0006");
        Caller second = new Caller("second", Role.ADMINISTER, "test");
        done(call(second, createClient("other").option("id", "r-1")));
        assertThat(clients()).containsExactly("acme", "other");
    }

    @Test
    void howLongACallerWaitsDoesNotMakeItAnotherRequest() {
        VioResponse first =
                done(call(ADMIN, createClient("acme").option("id", "r-1").option("wait", "5")));
        assertThat(done(call(ADMIN, createClient("acme").option("id", "r-1"))).objects())
                .isEqualTo(first.objects());
    }

    @Test
    void ofManyAtOnceWithOneIdOneIsDone() {
        AtomicInteger starts = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        partitions(starts, goOn);
        VioRequest start = VioRequest.of("start", VioObject.of("partition").with("name", "web1"))
                .option("id", "once");
        List<CompletableFuture<VioAnswer>> asked = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> call(OPERATOR, start), workers))
                .toList();
        await().atMost(SOON).until(() -> starts.get() == 1);
        goOn.countDown();
        assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(starts).hasValue(1);
    }

    @Test
    void whatTakesLongerThanTheCallerWaitsIsAnOperationWithProgress() {
        AtomicInteger starts = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        partitions(starts, goOn);
        VioRequest start = VioRequest.of("start", VioObject.of("partition").with("name", "web1"))
                .option("id", "long")
                .option("wait", "0");
        VioResponse running = done(call(OPERATOR, start));
        assertThat(running.running()).isTrue();
        VioRequest get = VioRequest.of("get", VioObject.of("operation").with("id", "long"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                done(call(READER, get)).objects().getFirst().values())
                        .containsEntry("state", "running")
                        .containsEntry("progress", "Booting.")
                        .containsEntry("caller", "operator"));
        assertThat(done(call(OPERATOR, start)).running()).isTrue();
        goOn.countDown();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                done(call(READER, get)).objects().getFirst().values())
                        .containsEntry("state", "done"));
        VioResponse answer = done(call(OPERATOR, start));
        assertThat(answer.running()).isFalse();
        assertThat(answer.objects()).extracting(VioObject::type).containsExactly("partition", "outcome");
        assertThat(starts).hasValue(1);
    }

    @Test
    void ifTheNodeEndsMeanwhileNobodyClaimsToKnowAndNothingIsDoneTwice() {
        AtomicInteger starts = new AtomicInteger();
        partitions(starts, new CountDownLatch(1));
        VioRequest start = VioRequest.of("start", VioObject.of("partition").with("name", "web1"))
                .option("id", "cut")
                .option("wait", "0");
        done(call(OPERATOR, start));
        await().atMost(SOON).until(() -> starts.get() == 1);
        services.restart(new UUID(1, 2));
        Assembly again = Assembly.of(services, workers, UUID::randomUUID);
        VioException unknown = refused(again.service().call(OPERATOR, start));
        assertThat(unknown.code()).isEqualTo("SERAI-VIO-0007");
        assertThat(unknown.message()).contains("start partition web1");
        VioRequest get = VioRequest.of("get", VioObject.of("operation").with("id", "cut"));
        assertThat(done(again.service().call(READER, get)).objects().getFirst().values())
                .containsEntry("state", "lost");
        assertThat(starts).hasValue(1);
    }

    @Test
    void whoAsksAnotherNodeIsToldSoAsSoonAsTheOneThatDidItIsKnownToHaveFailed() {
        AtomicInteger starts = new AtomicInteger();
        partitions(starts, new CountDownLatch(1));
        VioRequest start = VioRequest.of("start", VioObject.of("partition").with("name", "web1"))
                .option("id", "cut")
                .option("wait", "0");
        done(call(OPERATOR, start));
        await().atMost(SOON).until(() -> starts.get() == 1);
        Assembly elsewhere = Assembly.of(services, workers, UUID::randomUUID);
        standing("up");
        assertThat(done(elsewhere.service().call(OPERATOR, start)).running()).isTrue();
        standing("failed");
        assertThat(refused(elsewhere.service().call(OPERATOR, start)).code()).isEqualTo("SERAI-VIO-0007");
        assertThat(starts).hasValue(1);
    }

    private void standing(String state) {
        Primary.Standing standing = new Primary.Standing(TestServices.NODE, new UUID(1, 1), state, "", false, false);
        services.put(Primary.class, Map.of("standings", _ -> List.of(standing)));
    }

    @Test
    void aRevisionThatIsNotThereYetIsNotShown() {
        VioRequest list = VioRequest.of("list", VioObject.of("client"));
        long now = services.database().revision();
        done(call(READER, list.option("revision", Long.toString(now))));
        assertThat(refused(call(READER, list.option("revision", Long.toString(now + 1000))))
                        .category())
                .isEqualTo("retry");
    }

    @Test
    void aDefectIsToldWithoutItsInsides() {
        services.put(Clients.class, Map.of("all", _ -> {
            throw new IllegalStateException("inner secret");
        }));
        VioException defect = refused(call(READER, VioRequest.of("list", VioObject.of("client"))));
        assertThat(defect.code()).isEqualTo("SERAI-VIO-0015");
        assertThat(defect.toString()).doesNotContain("inner secret");
    }

    @Test
    void bothFormsAreAnsweredAlikeAndInEitherForm() {
        done(call(ADMIN, createClient("acme")));
        byte[] xml = "<vioRequest xmlns='urn:serai:vio:1'><list><client name='acme'/></list></vioRequest>"
                .getBytes(StandardCharsets.UTF_8);
        byte[] json =
                "{\"vioRequest\": {\"list\": {\"client\": {\"name\": \"acme\"}}}}".getBytes(StandardCharsets.UTF_8);
        VioAnswer one =
                node.service().exchange(READER, Form.XML, xml, Form.JSON).answer();
        VioAnswer two =
                node.service().exchange(READER, Form.JSON, json, Form.XML).answer();
        assertThat(one).isEqualTo(two);
        assertThat(new String(
                        node.service()
                                .exchange(READER, Form.XML, xml, Form.JSON)
                                .document(),
                        StandardCharsets.UTF_8))
                .contains("\"client\"");
        assertThat(new String(
                        node.service()
                                .exchange(READER, Form.JSON, json, Form.XML)
                                .document(),
                        StandardCharsets.UTF_8))
                .contains("<client id=");
    }

    /** One partition, whose start waits. */
    private void partitions(AtomicInteger starts, CountDownLatch goOn) {
        Lpar lpar = new Lpar(
                new UUID(2, 2),
                "web1",
                "acme",
                LparState.RUNNING,
                Optional.of("node-a"),
                3,
                "simulated",
                Optional.empty(),
                128 << 20,
                1,
                List.of(new Lpar.Adapter(7, "U9009.22A.06A1B2C-V1-C2", 2, List.of("disk1"))),
                Optional.empty(),
                Optional.empty());
        services.put(Partitions.class, Map.of("start", args -> {
            starts.incrementAndGet();
            tell(args[2], "Booting.");
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw PartitionError.OPERATION_FAILED.error("It was not started", "interrupted", "try again", e);
            }
            return new Outcome(new UUID(3, 3), lpar, Map.of("boot_ms", 12L));
        }));
    }

    @SuppressWarnings("unchecked")
    private static void tell(Object progress, String sentence) {
        ((Consumer<String>) progress).accept(sentence);
    }
}
