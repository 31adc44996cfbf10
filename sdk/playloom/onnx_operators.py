"""The ONNX operators that a package's graph may use: standard, without subgraphs, memory or chance."""

_ELEMENTWISE = """
Abs Add And BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike Ceil Celu Clip Cos Div Elu
Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Less
LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu Round Selu Sigmoid Sign Sin
Softplus Softsign Sqrt Sub Sum Tanh ThresholdedRelu Where Xor
DequantizeLinear DynamicQuantizeLinear QuantizeLinear
"""
_OVER_AN_AXIS = """
ArgMax ArgMin BatchNormalization CumSum GroupNormalization Hardmax InstanceNormalization LayerNormalization
LogSoftmax LpNormalization LRN MeanVarianceNormalization RMSNormalization ReduceL1 ReduceL2 ReduceLogSum
ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Softmax TopK
"""
_SHAPE_AND_PLACE = """
Concat Constant ConstantOfShape DepthToSpace Expand EyeLike Flatten Gather GatherElements GatherND OneHot Pad
Range Reshape Resize ScatterElements ScatterND Shape Size Slice SpaceToDepth Split Squeeze Tile Transpose
Trilu Unsqueeze
"""
_CONVOLUTIONS = "Conv ConvInteger ConvTranspose QLinearConv"
_PRODUCTS = "Gemm MatMul MatMulInteger QLinearMatMul"
_POOLS = "AveragePool GlobalAveragePool GlobalMaxPool MaxPool"

CONVOLUTIONS = frozenset(_CONVOLUTIONS.split())
PRODUCTS = frozenset(_PRODUCTS.split())
POOLS = frozenset(_POOLS.split())
HEAVY = CONVOLUTIONS | PRODUCTS | POOLS | frozenset(_OVER_AN_AXIS.split())
OPERATORS = HEAVY | frozenset(_ELEMENTWISE.split()) | frozenset(_SHAPE_AND_PLACE.split())
