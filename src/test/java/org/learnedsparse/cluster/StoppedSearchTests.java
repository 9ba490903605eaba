package org.learnedsparse.cluster;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.action.ActionFuture;
import org.elasticsearch.action.search.SearchRequestBuilder;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.action.search.TransportSearchAction;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.index.IndexModule;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.index.shard.SearchOperationListener;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.search.internal.SearchContext;
import org.elasticsearch.tasks.TaskCancelledException;
import org.elasticsearch.tasks.TaskId;
import org.elasticsearch.test.ESSingleNodeTestCase;
import org.junit.After;
import org.junit.Before;
import org.learnedsparse.TestPlugin;

/** What a request's timeout, and the cancelling of its task, do to a search that goes on. */
public class StoppedSearchTests extends ESSingleNodeTestCase {
  private static final String ALL = "";
  private static final String BEST = ", \"k\": 10";
  private static final String FEEDBACK = ", \"feedback\": {}";
  private static final String APPROXIMATE = ", \"approximate\": {\"threshold_factor\": 0.9}";

  /** Runs when a search looks for the first time, among the impacts, whether it is to stop. */
  private static volatile InSearch inSearch;

  private interface InSearch {
    void run(SearchContext search);
  }

  /** Adds something to look at beside timeouts and cancellations. */
  public static final class LookPlugin extends Plugin {
    @Override
    public void onIndexModule(IndexModule index) {
      index.addSearchOperationListener(
          new SearchOperationListener() {
            @Override
            public void onPreQueryPhase(SearchContext search) {
              InSearch action = inSearch;
              AtomicBoolean done = new AtomicBoolean(action == null);
              search
                  .searcher()
                  .addQueryCancellation(
                      () -> {
                        if (isAmongImpacts() && done.compareAndSet(false, true)) {
                          action.run(search);
                        }
                      });
            }
          });
    }
  }

  private static boolean isAmongImpacts() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(frame -> frame.getClassName().endsWith(".search.BlockMaxSearch")));
  }

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(TestPlugin.class, LookPlugin.class);
  }

  @Before
  public void index() {
    indicesAdmin().prepareCreate("docs").setMapping("v", "type=learned_sparse").get();
    for (int i = 0; i < 20; i++) {
      prepareIndex("docs").setSource("v", Map.of("a", 1 + i / 10.0)).get();
    }
    indicesAdmin().prepareRefresh("docs").get();
  }

  @After
  public void forget() {
    inSearch = null;
  }

  private SearchRequestBuilder search(String more) {
    return client()
        .prepareSearch("docs")
        .setQuery(
            QueryBuilders.wrapperQuery(
                "{\"learned_sparse\": {\"field\": \"v\", \"query_vector\": {\"a\": 1}"
                    + more
                    + "}}"));
  }

  private void assertTimesOut(String more) throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    // Elasticsearch's clock for timeouts moves every 200 ms, perhaps before the search has looked.
    inSearch =
        search -> {
          slow.countDown();
          long start = search.getRelativeTimeInMillis();
          while (search.getRelativeTimeInMillis() - start < 1_000) {
            safeSleep(50);
          }
        };
    SearchResponse answer = search(more).setTimeout(TimeValue.timeValueMillis(500)).get();
    try {
      assertTrue("the search did not look", slow.await(0, TimeUnit.SECONDS));
      assertTrue(answer.isTimedOut());
      assertThat(answer.getFailedShards(), equalTo(0));
    } finally {
      answer.decRef();
    }
  }

  public void testTopHitsTimeOut() throws InterruptedException {
    assertTimesOut(ALL);
  }

  public void testTheBestTimeOut() throws InterruptedException {
    assertTimesOut(BEST);
  }

  public void testAnApproximationTimesOut() throws InterruptedException {
    assertTimesOut(APPROXIMATE);
  }

  private void assertCancellable(String more) throws InterruptedException {
    CountDownLatch looked = new CountDownLatch(1);
    AtomicBoolean goesOn = new AtomicBoolean();
    inSearch =
        search -> {
          looked.countDown();
          for (int i = 0; i < 1_000 && search.getTask().isCancelled() == false; i++) {
            safeSleep(10);
          }
          if (search.getTask().isCancelled() == false) {
            goesOn.set(true);
          }
        };
    ActionFuture<SearchResponse> answer = search(more).execute();
    assertTrue("the search did not look", looked.await(30, TimeUnit.SECONDS));
    clusterAdmin().prepareCancelTasks().setTargetTaskId(theClients()).get();
    Exception e = expectThrows(Exception.class, () -> answer.actionGet().decRef());
    Throwable cause = ExceptionsHelper.unwrap(e, TaskCancelledException.class);
    assertNotNull(e.toString(), cause);
    assertFalse("a search went on", goesOn.get());
    assertThat(cause.getMessage(), containsString("cancelled"));
    assertThat(ExceptionsHelper.status(cause).getStatus(), equalTo(400));
  }

  /** The search that no other has started. */
  private TaskId theClients() {
    return clusterAdmin()
        .prepareListTasks()
        .setActions(TransportSearchAction.NAME)
        .get()
        .getTasks()
        .stream()
        .filter(task -> task.parentTaskId().isSet() == false)
        .findFirst()
        .orElseThrow()
        .taskId();
  }

  public void testTopHitsAreCancelled() throws InterruptedException {
    assertCancellable(ALL);
  }

  public void testTheBestAreCancelled() throws InterruptedException {
    assertCancellable(BEST);
  }

  public void testTheFirstSearchOfFeedbackIsCancelled() throws InterruptedException {
    assertCancellable(FEEDBACK);
  }

  public void testAnApproximationIsCancelled() throws InterruptedException {
    assertCancellable(APPROXIMATE);
  }
}
