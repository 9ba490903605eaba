package org.learnedsparse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.lucene.util.SetOnce;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.support.ActionFilter;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.cluster.service.ClusterService;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.IndexScopedSettings;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.settings.SettingsFilter;
import org.elasticsearch.common.util.CollectionUtils;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.core.IOUtils;
import org.elasticsearch.env.Environment;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.index.IndexModule;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.engine.EngineFactory;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.indices.SystemIndexDescriptor;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.plugins.EnginePlugin;
import org.elasticsearch.plugins.IngestPlugin;
import org.elasticsearch.plugins.MapperPlugin;
import org.elasticsearch.plugins.NetworkPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.plugins.SearchPlugin;
import org.elasticsearch.plugins.SystemIndexPlugin;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.search.rank.RankDoc;
import org.elasticsearch.threadpool.ExecutorBuilder;
import org.elasticsearch.transport.TransportInterceptor;
import org.learnedsparse.engine.LearnedSparseEngineFactory;
import org.learnedsparse.engine.ReorderSettings;
import org.learnedsparse.engine.ReorderStatistics;
import org.learnedsparse.fusion.FusedRankDoc;
import org.learnedsparse.fusion.FusionParser;
import org.learnedsparse.fusion.FusionRetrieverBuilder;
import org.learnedsparse.ingest.BelowQuality;
import org.learnedsparse.ingest.BulkWarnings;
import org.learnedsparse.ingest.DocumentModels;
import org.learnedsparse.ingest.LearnedSparseProcessor;
import org.learnedsparse.ingest.ModelRecorder;
import org.learnedsparse.ingest.RecordModelAction;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.mapper.WeightsAboveMaximum;
import org.learnedsparse.model.EncodeSettings;
import org.learnedsparse.model.EndOfProcess;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.CopyCheck;
import org.learnedsparse.model.registry.ModelRegistry;
import org.learnedsparse.model.registry.RegistryIndex;
import org.learnedsparse.query.LearnedSparseQueryBuilder;
import org.learnedsparse.query.OutcomeHeader;
import org.learnedsparse.query.PreloadModels;
import org.learnedsparse.query.QueryEncoder;
import org.learnedsparse.query.QueryParser;
import org.learnedsparse.query.QueryServices;
import org.learnedsparse.query.RewriteTimeout;
import org.learnedsparse.query.SearchInProgress;
import org.learnedsparse.query.ShardOutcomes;
import org.learnedsparse.query.TopHits;
import org.learnedsparse.rest.EncodeAction;
import org.learnedsparse.rest.GetModelsAction;
import org.learnedsparse.rest.IndexEncodeAction;
import org.learnedsparse.rest.RestCatModelsAction;
import org.learnedsparse.rest.RestEncodeAction;
import org.learnedsparse.rest.RestGetModelsAction;
import org.learnedsparse.rest.RestIndexEncodeAction;
import org.learnedsparse.rest.RestStatsAction;
import org.learnedsparse.rest.StatsAction;
import org.learnedsparse.rest.models.ChangeAliasesAction;
import org.learnedsparse.rest.models.DeleteModelAction;
import org.learnedsparse.rest.models.ForgetModelAction;
import org.learnedsparse.rest.models.GetAliasesAction;
import org.learnedsparse.rest.models.PutModelAction;
import org.learnedsparse.rest.models.PutModelFileAction;
import org.learnedsparse.rest.models.RestDeleteModelAction;
import org.learnedsparse.rest.models.RestModelAliasesAction;
import org.learnedsparse.rest.models.RestPutModelAction;
import org.learnedsparse.rest.models.RestPutModelFileAction;
import org.learnedsparse.rest.models.RestVerifyModelAction;
import org.learnedsparse.rest.models.VerifyModelAction;

/**
 * Registers the field type, the engine that stores it, the processor, the query, the retriever and
 * the endpoints with Elasticsearch.
 */
@SuppressWarnings("deprecation") // NetworkPlugin: nothing else shows what every shard answers
public class LearnedSparsePlugin extends Plugin
    implements EnginePlugin,
        IngestPlugin,
        MapperPlugin,
        NetworkPlugin,
        SearchPlugin,
        SystemIndexPlugin {
  private static final String NAME = "learned-sparse";

  private final WeightsAboveMaximum aboveMaximum = new WeightsAboveMaximum();
  private final BelowQuality belowQuality = new BelowQuality();
  private final ReorderStatistics reorders = new ReorderStatistics();

  /** Set when the node has its thread pools, which is after the parsers are registered. */
  private final SetOnce<ModelService> models = new SetOnce<>();

  private final SetOnce<CopyCheck> copyCheck = new SetOnce<>();
  private final SetOnce<EndOfProcess> endOfProcess = new SetOnce<>();

  private final SetOnce<ThreadContext> threadContext = new SetOnce<>();

  private final SetOnce<ClusterService> clusterService = new SetOnce<>();
  private final SetOnce<Client> client = new SetOnce<>();

  private final BulkWarnings bulkWarnings = new BulkWarnings(threadContext::get);

  private final DocumentModels documentModels =
      new DocumentModels(
          models::get,
          () -> clusterService.get().state(),
          bulkWarnings,
          new ModelRecorder(client::get));

  private final ShardOutcomes shardOutcomes = new ShardOutcomes(threadContext::get);

  private final SearchInProgress searchInProgress =
      new SearchInProgress(threadContext::get, () -> clusterService.get().localNode().getId());

  private final QueryServices queryServices =
      new QueryServices(new QueryEncoder(models::get), new OutcomeHeader(threadContext::get));

  /** The folder that the plugin was installed into. */
  protected Path installation(Environment environment) {
    return environment.pluginsDir().resolve(NAME);
  }

  @Override
  public Collection<?> createComponents(PluginServices services) {
    Environment environment = services.environment();
    threadContext.set(services.threadPool().getThreadContext());
    clusterService.set(services.clusterService());
    client.set(services.client());
    ModelRegistry registry = registry(services.client(), environment);
    models.set(
        new ModelService(
            environment.settings(),
            environment,
            services.threadPool(),
            installation(environment),
            registry));
    endOfProcess.set(new EndOfProcess(models.get()));
    copyCheck.set(new CopyCheck(models.get(), registry, services.threadPool()));
    if (PreloadModels.ENABLED.get(environment.settings())) {
      services.clusterService().addListener(new PreloadModels(models.get(), services.threadPool()));
    }
    return List.of(models.get(), registry, copyCheck.get(), aboveMaximum, belowQuality, reorders);
  }

  private static ModelRegistry registry(Client client, Environment environment) {
    try {
      return new ModelRegistry(client, environment.tmpDir().resolve("learned-sparse-models"));
    } catch (IOException e) {
      throw new UncheckedIOException("models that an earlier run left cannot be deleted", e);
    }
  }

  @Override
  public Collection<SystemIndexDescriptor> getSystemIndexDescriptors(Settings settings) {
    return List.of(RegistryIndex.descriptor());
  }

  @Override
  public String getFeatureName() {
    return "learned_sparse";
  }

  @Override
  public String getFeatureDescription() {
    return "Models of learned sparse retrieval";
  }

  @Override
  public List<Setting<?>> getSettings() {
    return CollectionUtils.appendToCopy(
        CollectionUtils.concatLists(EncodeSettings.all(), ReorderSettings.all()),
        PreloadModels.ENABLED);
  }

  @Override
  public List<ExecutorBuilder<?>> getExecutorBuilders(Settings settings) {
    return List.of(EncodeSettings.pool(settings));
  }

  @Override
  public Map<String, Mapper.TypeParser> getMappers() {
    return Map.of(LearnedSparseFieldMapper.TYPE, LearnedSparseFieldMapper.parser(aboveMaximum));
  }

  @Override
  public Optional<EngineFactory> getEngineFactory(IndexSettings indexSettings) {
    return LearnedSparseEngineFactory.forIndex(indexSettings, reorders);
  }

  @Override
  public void onIndexModule(IndexModule index) {
    index.addSearchOperationListener(new RewriteTimeout());
    index.addSearchOperationListener(new TopHits());
  }

  @Override
  public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
    return Map.of(
        LearnedSparseProcessor.TYPE,
        new LearnedSparseProcessor.Factory(models::get, documentModels, belowQuality));
  }

  @Override
  public List<QuerySpec<?>> getQueries() {
    return List.of(
        new QuerySpec<>(
            LearnedSparseQueryBuilder.NAME,
            in -> new LearnedSparseQueryBuilder(in, queryServices),
            parser -> QueryParser.parse(parser, queryServices)));
  }

  @Override
  public List<RetrieverSpec<?>> getRetrievers() {
    return List.of(new RetrieverSpec<>(FusionRetrieverBuilder.NAME, FusionParser::parse));
  }

  @Override
  public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
    return List.of(
        new NamedWriteableRegistry.Entry(RankDoc.class, FusedRankDoc.NAME, FusedRankDoc::new));
  }

  @Override
  public Collection<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
    return List.of(
        new ActionHandler<>(EncodeAction.TYPE, EncodeAction.class),
        new ActionHandler<>(IndexEncodeAction.TYPE, IndexEncodeAction.class),
        new ActionHandler<>(GetModelsAction.TYPE, GetModelsAction.class),
        new ActionHandler<>(PutModelAction.TYPE, PutModelAction.class),
        new ActionHandler<>(PutModelFileAction.TYPE, PutModelFileAction.class),
        new ActionHandler<>(VerifyModelAction.TYPE, VerifyModelAction.class),
        new ActionHandler<>(DeleteModelAction.TYPE, DeleteModelAction.class),
        new ActionHandler<>(ForgetModelAction.TYPE, ForgetModelAction.class),
        new ActionHandler<>(ChangeAliasesAction.TYPE, ChangeAliasesAction.class),
        new ActionHandler<>(RecordModelAction.TYPE, RecordModelAction.class),
        new ActionHandler<>(GetAliasesAction.TYPE, GetAliasesAction.class),
        new ActionHandler<>(StatsAction.TYPE, StatsAction.class));
  }

  @Override
  public Collection<ActionFilter> getActionFilters() {
    return List.of(shardOutcomes, searchInProgress, bulkWarnings);
  }

  @Override
  public List<TransportInterceptor> getTransportInterceptors(
      NamedWriteableRegistry namedWriteableRegistry, ThreadContext context) {
    return List.of(shardOutcomes);
  }

  @Override
  public Collection<RestHandler> getRestHandlers(
      Settings settings,
      NamedWriteableRegistry namedWriteableRegistry,
      RestController restController,
      ClusterSettings clusterSettings,
      IndexScopedSettings indexScopedSettings,
      SettingsFilter settingsFilter,
      IndexNameExpressionResolver indexNameExpressionResolver,
      Supplier<DiscoveryNodes> nodesInCluster,
      Predicate<NodeFeature> clusterSupportsFeature) {
    return List.of(
        new RestCatModelsAction(),
        new RestEncodeAction(),
        new RestIndexEncodeAction(),
        new RestGetModelsAction(),
        new RestPutModelAction(),
        new RestPutModelFileAction(),
        new RestVerifyModelAction(),
        new RestDeleteModelAction(),
        new RestModelAliasesAction(),
        new RestStatsAction());
  }

  @Override
  public void close() {
    IOUtils.closeWhileHandlingException(copyCheck.get(), models.get(), endOfProcess.get());
  }
}
