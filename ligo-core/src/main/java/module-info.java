/** Growth operators and methods, model description, training and checkpoints. Knows no engine. */
@org.jspecify.annotations.NullMarked
module dev.ligo.core {
  // Guice, an automatic module, does not resolve this one.
  requires com.google.common;
  requires transitive com.google.gson;
  requires transitive com.google.guice;
  requires transitive dev.ligo.api;
  requires transitive jakarta.inject;
  requires org.slf4j;
  requires org.snakeyaml.engine;
  requires static org.jspecify;

  exports dev.ligo.core;
  exports dev.ligo.core.checkpoint;
  exports dev.ligo.core.comparison;
  exports dev.ligo.core.data;
  exports dev.ligo.core.growth;
  exports dev.ligo.core.growth.apply;
  exports dev.ligo.core.growth.learn;
  exports dev.ligo.core.growth.method;
  exports dev.ligo.core.growth.moments;
  exports dev.ligo.core.hyperparameter;
  exports dev.ligo.core.io;
  exports dev.ligo.core.model;
  exports dev.ligo.core.plan;
  exports dev.ligo.core.prediction;
  exports dev.ligo.core.recipe;
  exports dev.ligo.core.train;
  exports dev.ligo.core.train.strategy;

  uses dev.ligo.core.growth.GrowthMethod;
  uses dev.ligo.core.model.Architecture;
  uses dev.ligo.core.train.TrainingStrategy;

  provides dev.ligo.core.growth.GrowthMethod with
      dev.ligo.core.growth.method.AkiMethod,
      dev.ligo.core.growth.method.DirectCopyMethod,
      dev.ligo.core.growth.method.FpiMethod,
      dev.ligo.core.growth.method.HyperCloningMethod,
      dev.ligo.core.growth.method.InterpolationMethod,
      dev.ligo.core.growth.method.LemonMethod,
      dev.ligo.core.growth.method.LigoMethod,
      dev.ligo.core.growth.method.LlamaProMethod,
      dev.ligo.core.growth.method.MsltMethod,
      dev.ligo.core.growth.method.Net2NetMethod,
      dev.ligo.core.growth.method.ShrinkPerturbMethod,
      dev.ligo.core.growth.method.SlicesMethod,
      dev.ligo.core.growth.method.StackMethod,
      dev.ligo.core.growth.method.StagedMethod,
      dev.ligo.core.growth.method.TileMethod;
  provides dev.ligo.core.train.TrainingStrategy with
      dev.ligo.core.train.strategy.Apart,
      dev.ligo.core.train.strategy.KnowledgeInheritance,
      dev.ligo.core.train.strategy.LayerDropping,
      dev.ligo.core.train.strategy.Mslt,
      dev.ligo.core.train.strategy.SubNetworks,
      dev.ligo.core.train.strategy.TokenDropping,
      dev.ligo.core.train.strategy.TrainInserted;
}
