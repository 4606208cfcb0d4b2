// What one test does to stock and credit, another would see: whoever places orders by the dozen has a Tryton of his own, the others share one and take turns.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
