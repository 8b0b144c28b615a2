(** * Regions of a deep network: at most (sum_{i<=d} C(k,i))^t, and when that is <= (e k/d)^(td)

    [regions]: a network with d inputs and t hidden layers of width at most k has at most
    (Phi d k)^t activation regions.  A region here is a non-empty set of inputs with one
    activation pattern (1 = pre-activation > 0, 0 = not), of any dimension; the network is affine
    on each ([same_activation_affine]), and every other usual meaning of "linear region" counts
    no more of them.  Dead units and points on boundaries need no exception.

    The talk continues "<= (ek/d)^(td)" for all k.  That needs k >= d >= 1
    ([regions_exponential]); [exponential_form_fails_below] is the counterexample k = 1, d = 2. *)

From Coq Require Import Reals List Lia Lra Bool.
From Exactnet Require Import Network Zaslavsky.
Import ListNotations.
Open Scope R_scope.

(** ** Statements *)

(** One boolean per hidden unit, layer by layer. *)
Fixpoint activation (ls : list layer) (x : vec) : list (list bool) :=
  match ls with
  | [] => []
  | l :: rest => pattern l x :: activation rest (hidden l x)
  end.

(** [ps] lists different activation patterns, each met by some input in R^d. *)
Definition met_patterns (d : nat) (N : net) (ps : list (list (list bool))) : Prop :=
  NoDup ps /\ forall p, In p ps -> exists x, length x = d /\ activation (layers N) x = p.

(** ** Composition of affine layers *)

Lemma affine_length : forall l x, length (affine l x) = length l.
Proof. intros. apply map_length. Qed.

Lemma hidden_length : forall l x, length (hidden l x) = length l.
Proof. intros. unfold hidden. rewrite map_length. apply affine_length. Qed.

(** sum_i w_i a_i, as a form on R^d *)
Fixpoint lin (d : nat) (w : vec) (a : layer) : unit_of :=
  match w, a with
  | c :: w', u :: a' => add_unit c u (lin d w' a')
  | _, _ => Unit (repeat 0 d) 0
  end.

Definition compose (d : nat) (l a : layer) : layer :=
  map (fun u => let v := lin d (weights u) a in Unit (weights v) (bias v + bias u)) l.

Lemma Forall_repeat0 : forall d, Forall (fun c => c = 0) (repeat 0 d).
Proof. induction d; simpl; constructor; auto. Qed.

Lemma lin_shaped : forall d a w, layer_shaped d a -> length (weights (lin d w a)) = d.
Proof.
  intros d a w H; revert w; induction H as [|u a Hu Ha IH]; intros [|c w]; simpl;
    try apply repeat_length.
  rewrite axpy_length; rewrite IH; auto.
Qed.

Lemma pre_lin : forall d a w x, layer_shaped d a -> pre (lin d w a) x = dot w (affine a x).
Proof.
  intros d a w x H; revert w; induction H as [|u a Hu Ha IH]; intros [|c w]; simpl;
    try (unfold pre; simpl; rewrite dot_zero by apply Forall_repeat0; ring).
  rewrite pre_add_unit by (rewrite lin_shaped; assumption). rewrite IH. reflexivity.
Qed.

Lemma compose_shaped : forall d l a, layer_shaped d a -> layer_shaped d (compose d l a).
Proof.
  intros d l a H. apply Forall_forall. intros u Hu. apply in_map_iff in Hu.
  destruct Hu as (v & <- & _). simpl. apply lin_shaped; assumption.
Qed.

Lemma compose_length : forall d l a, length (compose d l a) = length l.
Proof. intros. apply map_length. Qed.

Lemma affine_compose : forall d l a x, layer_shaped d a ->
  affine (compose d l a) x = affine l (affine a x).
Proof.
  intros d l a x H. unfold affine at 1 2, compose. rewrite map_map. apply map_ext.
  intro u. unfold pre at 2. rewrite <- (pre_lin d) by assumption. unfold pre. simpl. ring.
Qed.

Lemma pattern_affine : forall l x, pattern l x = map active (affine l x).
Proof. intros. unfold pattern, affine. rewrite map_map. reflexivity. Qed.

Fixpoint identity (d : nat) : layer :=
  match d with
  | O => []
  | S d' => Unit (1 :: repeat 0 d') 0
            :: map (fun u => Unit (0 :: weights u) (bias u)) (identity d')
  end.

Lemma identity_shaped : forall d, layer_shaped d (identity d).
Proof.
  induction d; simpl; constructor; simpl; [rewrite repeat_length; reflexivity|].
  apply Forall_forall. intros u Hu. apply in_map_iff in Hu. destruct Hu as (v & <- & Hv).
  simpl. f_equal. unfold layer_shaped in IHd. rewrite Forall_forall in IHd. auto.
Qed.

Lemma identity_length : forall d, length (identity d) = d.
Proof. induction d; simpl; [reflexivity|]. rewrite map_length, IHd. reflexivity. Qed.

Lemma affine_identity : forall d x, length x = d -> affine (identity d) x = x.
Proof.
  induction d; intros [|a x] H; simpl in *; try lia; [reflexivity|].
  f_equal.
  - unfold pre; simpl. rewrite dot_zero by apply Forall_repeat0. ring.
  - unfold affine. rewrite map_map. transitivity (affine (identity d) x);
      [|apply IHd; lia]. apply map_ext.
    intro u. unfold pre; simpl. ring.
Qed.

(** The forms after relu, where the pattern is p. *)
Fixpoint select (d : nat) (p : list bool) (a : layer) : layer :=
  match p, a with
  | b :: p', u :: a' => (if b then u else Unit (repeat 0 d) 0) :: select d p' a'
  | _, _ => []
  end.

Lemma select_shaped : forall d p a, layer_shaped d a -> layer_shaped d (select d p a).
Proof.
  intros d p a H; revert p; induction H; intros [|b p]; simpl; constructor.
  - destruct b; [assumption|]. apply repeat_length.
  - apply IHForall.
Qed.

Lemma affine_select : forall d a x,
  affine (select d (pattern a x) a) x = map relu (affine a x).
Proof.
  intros d a x. induction a as [|u a IH]; simpl; [reflexivity|].
  f_equal; [|assumption]. unfold active, relu. destruct (Rlt_dec 0 (pre u x)).
  - rewrite Rmax_left; lra.
  - rewrite Rmax_right by lra. unfold pre; simpl. rewrite dot_zero by apply Forall_repeat0. ring.
Qed.

(** ** The count *)

Lemma list_bool_dec : forall p q : list bool, {p = q} + {p <> q}.
Proof. apply list_eq_dec, bool_dec. Qed.

Lemma regions_from : forall d k ls a ps,
  layer_shaped d a -> Forall (fun l => (length l <= k)%nat) ls -> NoDup ps ->
  (forall p, In p ps -> exists x, length x = d /\ activation ls (affine a x) = p) ->
  (length ps <= Phi d k ^ length ls)%nat.
Proof.
  intros d k ls. induction ls as [|l ls IH]; intros a ps Ha Hk Hnd Hps.
  - simpl. change 1%nat with (length [@nil (list bool)]).
    apply NoDup_incl_length; [assumption|]. intros p Hp.
    destruct (Hps p Hp) as (x & _ & <-). left; reflexivity.
  - inversion Hk as [|? ? Hl Hls]; subst.
    set (f := compose d l a).
    assert (Hf : layer_shaped d f) by (apply compose_shaped; assumption).
    set (heads := nodup list_bool_dec (map (hd []) ps)).
    assert (Hheads : (length heads <= Phi d k)%nat).
    { apply Nat.le_trans with (Phi d (length f)).
      - apply zaslavsky; [assumption|apply NoDup_nodup|].
        intros p Hp. apply nodup_In, in_map_iff in Hp. destruct Hp as (q & <- & Hq).
        destruct (Hps q Hq) as (x & Hx & <-). exists x. split; [assumption|].
        simpl. rewrite !pattern_affine. unfold f. rewrite affine_compose by assumption.
        reflexivity.
      - apply Phi_mono. unfold f. rewrite compose_length. assumption. }
    apply Nat.le_trans with (length heads * Phi d k ^ length ls)%nat;
      [|simpl; apply Nat.mul_le_mono_r; assumption].
    apply (group_bound _ list_bool_dec).
    + intros q Hq. destruct (Hps q Hq) as (x & _ & E). simpl in E. subst q.
      eexists. eexists. split; [reflexivity|]. apply nodup_In. apply in_map_iff.
      eexists. split; [|apply Hq]. reflexivity.
    + intros p _. apply (IH (select d p f)); [apply select_shaped; assumption|assumption| |].
      * apply NoDup_tails; assumption.
      * intros q Hq. apply in_tails in Hq. destruct (Hps _ Hq) as (x & Hx & E).
        exists x. split; [assumption|]. simpl in E. injection E as E1 E2.
        rewrite <- E2. f_equal. unfold hidden. rewrite <- (affine_compose d) by assumption.
        fold f. rewrite <- (affine_select d). f_equal. f_equal.
        rewrite <- E1, !pattern_affine. unfold f. rewrite affine_compose by assumption.
        reflexivity.
Qed.

Lemma layers_narrow : forall N k, (width N <= k)%nat ->
  Forall (fun l => (length l <= k)%nat) (layers N).
Proof.
  intros N k. unfold width. induction (layers N) as [|l ls IH]; simpl; intro; constructor.
  - lia.
  - apply IH. lia.
Qed.

Theorem regions : forall d m k N ps,
  shaped d m N -> (width N <= k)%nat -> met_patterns d N ps ->
  (length ps <= Phi d k ^ depth N)%nat.
Proof.
  intros d m k N ps _ Hk [Hnd Hps]. unfold depth.
  apply (regions_from d k (layers N) (identity d));
    [apply identity_shaped|apply layers_narrow; assumption|assumption|].
  intros p Hp. destruct (Hps p Hp) as (x & Hx & E).
  exists x. rewrite affine_identity; auto.
Qed.

(** On R the bound is (k+1)^t. *)
Corollary regions_line : forall m k N ps,
  shaped 1 m N -> (width N <= k)%nat -> met_patterns 1 N ps ->
  (length ps <= S k ^ depth N)%nat.
Proof.
  intros m k N ps H1 H2 H3. rewrite <- (Phi_1 k). apply (regions 1%nat m); assumption.
Qed.

(** Points where no pre-activation vanishes are the special case that is usually counted. *)
Fixpoint regular (ls : list layer) (x : vec) : Prop :=
  match ls with
  | [] => True
  | l :: rest => Forall (fun u => pre u x <> 0) l /\ regular rest (hidden l x)
  end.

Corollary regular_regions : forall d m k N (xs : list vec),
  shaped d m N -> (width N <= k)%nat ->
  (forall x, In x xs -> length x = d /\ regular (layers N) x) ->
  NoDup (map (activation (layers N)) xs) ->
  (length xs <= Phi d k ^ depth N)%nat.
Proof.
  intros d m k N xs Hs Hk Hx Hnd. rewrite <- (map_length (activation (layers N))).
  apply (regions d m); try assumption. split; [assumption|].
  intros p Hp. apply in_map_iff in Hp. destruct Hp as (x & E & Hin).
  exists x. split; [apply Hx; assumption|assumption].
Qed.

(** ** Each region is convex and the network is affine on it *)

Lemma relu_mix : forall s a b, 0 <= s <= 1 -> active a = active b ->
  relu ((1 - s) * a + s * b) = (1 - s) * relu a + s * relu b.
Proof.
  intros s a b Hs H. pose proof (active_mix s a b Hs H) as H'.
  unfold active, relu, Rmax in *.
  destruct (Rlt_dec 0 a), (Rlt_dec 0 b), (Rlt_dec 0 ((1 - s) * a + s * b));
    try discriminate; destruct (Rle_dec a 0), (Rle_dec b 0),
    (Rle_dec ((1 - s) * a + s * b) 0); lra.
Qed.

Lemma affine_mix : forall l s x y, length x = length y ->
  affine l (mix s x y) = mix s (affine l x) (affine l y).
Proof.
  intros l s x y H. induction l as [|u l IH]; simpl; [reflexivity|].
  f_equal; [apply pre_mix; assumption|assumption].
Qed.

Lemma hidden_mix : forall l s x y, length x = length y -> 0 <= s <= 1 ->
  pattern l x = pattern l y -> hidden l (mix s x y) = mix s (hidden l x) (hidden l y).
Proof.
  intros l s x y H Hs. unfold hidden. induction l as [|u l IH]; simpl; intro E; [reflexivity|].
  injection E as E1 E2. f_equal; [|auto]. rewrite pre_mix by assumption.
  apply relu_mix; assumption.
Qed.

Theorem same_activation_affine : forall N s x y,
  length x = length y -> 0 <= s <= 1 ->
  activation (layers N) x = activation (layers N) y ->
  activation (layers N) (mix s x y) = activation (layers N) x /\
  eval N (mix s x y) = mix s (eval N x) (eval N y).
Proof.
  intros N. unfold eval. induction (layers N) as [|l ls IH]; simpl; intros s x y Hl Hs E.
  - split; [reflexivity|]. apply affine_mix; assumption.
  - injection E as E1 E2. rewrite pattern_mix, hidden_mix by assumption.
    destruct (IH s (hidden l x) (hidden l y)) as [H1 H2];
      [rewrite !hidden_length; reflexivity|assumption|assumption|].
    rewrite H1, H2. split; reflexivity.
Qed.

(** ** The exponential form *)

(** sum_{i<=d} C(k,i) x^i <= (1+x)^k *)
Fixpoint wsum (x : R) (d k : nat) : R :=
  match d with
  | O => 1
  | S d' => wsum x d' k + INR (binom k (S d')) * x ^ S d'
  end.

Lemma wsum_rec : forall x d k, wsum x (S d) (S k) = wsum x (S d) k + x * wsum x d k.
Proof.
  intros x d k. induction d as [|d IH].
  - simpl. rewrite !binom_0, plus_INR. simpl. ring.
  - change (wsum x (S (S d)) (S k))
      with (wsum x (S d) (S k) + INR (binom k (S d) + binom k (S (S d))) * x ^ S (S d)).
    rewrite IH, plus_INR. simpl. ring.
Qed.

Lemma wsum_nonneg : forall x d k, 0 <= x -> 0 <= wsum x d k.
Proof.
  intros x d k Hx. induction d; simpl; [lra|].
  pose proof (pos_INR (binom k (S d))). pose proof (pow_le x d Hx).
  assert (0 <= x * x ^ d) by (apply Rmult_le_pos; assumption). nra.
Qed.

Lemma wsum_le : forall x k d, 0 <= x -> wsum x d k <= (1 + x) ^ k.
Proof.
  intros x k d Hx. revert d. induction k as [|k IH]; intro d.
  - induction d; simpl in *; [lra|]. lra.
  - destruct d as [|d].
    + simpl wsum. apply pow_R1_Rle. lra.
    + rewrite wsum_rec. pose proof (IH (S d)) as H1. pose proof (IH d) as H2.
      apply (Rmult_le_compat_l x) in H2; [|assumption].
      change ((1 + x) ^ S k) with ((1 + x) * (1 + x) ^ k). lra.
Qed.

Lemma pow_antitone : forall x m n, 0 <= x <= 1 -> (m <= n)%nat -> x ^ n <= x ^ m.
Proof.
  intros x m n Hx H. induction H; [lra|]. simpl. pose proof (pow_le x m0 (proj1 Hx)). nra.
Qed.

Lemma Phi_wsum : forall x d k d', 0 <= x <= 1 -> (d <= d')%nat ->
  INR (Phi d k) * x ^ d' <= wsum x d k.
Proof.
  intros x d k d' Hx. induction d as [|d IH]; intro H.
  - rewrite Phi_0_l. simpl wsum. pose proof (pow_antitone x 0 d' Hx H). simpl in *. lra.
  - simpl Phi. rewrite plus_INR. simpl wsum.
    assert (H1 := IH ltac:(lia)). pose proof (pow_antitone x (S d) d' Hx H).
    pose proof (pos_INR (binom k (S d))). simpl in *. nra.
Qed.

Lemma exp_INR : forall n x, exp x ^ n = exp (INR n * x).
Proof.
  induction n; intro x; [simpl; rewrite Rmult_0_l, exp_0; reflexivity|].
  simpl pow. rewrite IHn, <- exp_plus, S_INR. f_equal. ring.
Qed.

Theorem Phi_exponential : forall d k, (1 <= d <= k)%nat ->
  INR (Phi d k) <= (exp 1 * INR k / INR d) ^ d.
Proof.
  intros d k H.
  assert (Hd : 0 < INR d) by (apply lt_0_INR; lia).
  assert (Hk : INR d <= INR k) by (apply le_INR; lia).
  set (x := INR d / INR k).
  assert (Hx0 : 0 < x) by (apply Rdiv_lt_0_compat; lra).
  assert (Hxk : x * INR k = INR d) by (unfold x; field; lra).
  assert (Hx1 : x <= 1) by nra.
  assert (H1 : INR (Phi d k) * x ^ d <= exp 1 ^ d).
  { apply Rle_trans with (wsum x d k); [apply Phi_wsum; [lra|lia]|].
    apply Rle_trans with ((1 + x) ^ k); [apply wsum_le; lra|].
    apply Rle_trans with (exp x ^ k).
    - apply pow_incr. pose proof (exp_ineq1_le x). lra.
    - rewrite !exp_INR. rewrite Rmult_comm, Hxk, Rmult_1_r. lra. }
  assert (H2 : exp 1 * INR k / INR d = exp 1 * / x) by (unfold x; field; lra).
  rewrite H2, Rpow_mult_distr.
  assert (Hxd : 0 < x ^ d) by (apply pow_lt; assumption).
  rewrite pow_inv.
  apply (Rmult_le_reg_r (x ^ d)); [assumption|].
  rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. assumption.
Qed.

Theorem regions_exponential : forall d m k N ps,
  shaped d m N -> (width N <= k)%nat -> (1 <= d <= k)%nat -> met_patterns d N ps ->
  INR (length ps) <= (exp 1 * INR k / INR d) ^ (depth N * d).
Proof.
  intros d m k N ps Hs Hk Hd Hps. rewrite Nat.mul_comm, pow_mult.
  apply Rle_trans with (INR (Phi d k ^ depth N)).
  - apply le_INR. apply (regions d m); assumption.
  - rewrite pow_INR. apply pow_incr. split; [apply pos_INR|apply Phi_exponential; assumption].
Qed.

(** e < 2.77: from exp(-1/32) >= 1 - 1/32. *)
Lemma exp_1_upper : exp 1 < 277 / 100.
Proof.
  assert (H : exp 1 <= (32 / 31) ^ 32).
  { replace (exp 1) with (exp (/ 32) ^ 32)
      by (rewrite exp_INR; f_equal; simpl; field).
    apply pow_incr. split; [left; apply exp_pos|].
    assert (Hi : exp (/ 32) * exp (- / 32) = 1)
      by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    pose proof (exp_ineq1_le (- / 32)). pose proof (exp_pos (/ 32)). nra. }
  apply Rle_lt_trans with ((32 / 31) ^ 32); [assumption|]. lra.
Qed.

(** One unit on R^2 has two regions, more than (e/2)^2. *)
Theorem exponential_form_fails_below :
  (exp 1 * INR 1 / INR 2) ^ 2 < 2 /\
  exists N ps, shaped 2 1 N /\ width N = 1%nat /\ depth N = 1%nat /\
    met_patterns 2 N ps /\ length ps = 2%nat.
Proof.
  split.
  - pose proof exp_1_upper. pose proof (exp_pos 1). simpl. nra.
  - exists (Net [[Unit [1; 0] 0]] [Unit [1] 0]), [[[true]]; [[false]]].
    split; [repeat constructor|]. split; [reflexivity|]. split; [reflexivity|].
    split; [|reflexivity]. split.
    + constructor; [|constructor; [intros []|constructor]].
      intros [H|[]]. discriminate.
    + intros p [<-|[<-|[]]]; [exists [1; 0]|exists [0; 0]];
        (split; [reflexivity|]); unfold activation, pattern, active, pre; simpl;
        match goal with |- context [Rlt_dec ?a ?b] => destruct (Rlt_dec a b) end;
        try reflexivity; lra.
Qed.
